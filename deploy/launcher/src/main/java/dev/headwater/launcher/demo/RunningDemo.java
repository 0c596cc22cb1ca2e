package dev.headwater.launcher.demo;

import dev.headwater.configuration.Home;
import java.io.IOException;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Optional;

/**
 * Says where the model store of a running demo is, whose port is any free one: a file beside {@code
 * kafka.port}, there while the demo runs. One that was killed leaves its file; nobody listens then.
 */
public final class RunningDemo implements AutoCloseable {
  private static final String STORE_PORT = "store.port";

  private final Path file;

  private final URI address;

  private RunningDemo(Path file, URI address) {
    this.file = file;
    this.address = address;
  }

  /** Writes the file; closing takes it away again. */
  static RunningDemo at(Path directory, int storePort) throws IOException {
    return new RunningDemo(
        Files.writeString(directory.resolve(STORE_PORT), storePort + "\n"), address(storePort));
  }

  private static URI address(int port) {
    return URI.create("http://127.0.0.1:" + port);
  }

  /** Returns the address of this demo's store. */
  URI address() {
    return address;
  }

  /** Returns where demos of this home keep what they write. */
  static Path directory() {
    return Home.directory().resolve("var/demo");
  }

  /** Returns the address of a running demo's store, empty when there is none. */
  public static Optional<URI> store() {
    return store(directory());
  }

  static Optional<URI> store(Path directory) {
    try {
      int port = Integer.parseInt(Files.readString(directory.resolve(STORE_PORT)).strip());
      return Optional.of(address(port));
    } catch (IOException | NumberFormatException e) {
      return Optional.empty();
    }
  }

  @Override
  public void close() throws IOException {
    Files.deleteIfExists(file);
  }
}
