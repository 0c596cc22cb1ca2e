package dev.headwater.launcher.demo;

import dev.headwater.configuration.Home;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import java.util.Optional;

/**
 * Says where the parts of a running demo are, whose ports may be any free ones: a file a port,
 * there while the demo runs. One that was killed leaves its files; nobody listens then.
 */
public final class RunningDemo implements AutoCloseable {
  private static final int CONNECT_MS = 1_000;

  /** What can be asked. */
  public enum Part {
    /** The broker. */
    KAFKA("kafka.port"),
    /** The serving node. */
    SERVING("serving.port"),
    /** The model store. */
    STORE("store.port");

    private final String file;

    Part(String file) {
      this.file = file;
    }
  }

  private final Path directory;
  private final Map<Part, Integer> ports;

  private RunningDemo(Path directory, Map<Part, Integer> ports) {
    this.directory = directory;
    this.ports = Map.copyOf(ports);
  }

  /** Writes the files; closing takes them away again. */
  static RunningDemo at(Path directory, Map<Part, Integer> ports) throws IOException {
    for (Map.Entry<Part, Integer> port : ports.entrySet()) {
      Files.writeString(directory.resolve(port.getKey().file), port.getValue() + "\n");
    }
    return new RunningDemo(directory, ports);
  }

  /** Returns the HTTP address of one of this demo's parts. */
  URI address(Part part) {
    return address(ports.getOrDefault(part, 0));
  }

  private static URI address(int port) {
    return URI.create("http://127.0.0.1:" + port);
  }

  /** Returns where demos of this home keep what they write. */
  static Path directory() {
    return Home.directory().resolve("var/demo");
  }

  /** Returns the address of a part of the demo that runs, empty where nobody listens there. */
  public static Optional<URI> find(Part part) {
    return find(directory(), part);
  }

  static Optional<URI> find(Path directory, Part part) {
    try {
      int port = Integer.parseInt(Files.readString(directory.resolve(part.file)).strip());
      URI address = address(port);
      return isListening(address) ? Optional.of(address) : Optional.empty();
    } catch (IOException | IllegalArgumentException e) {
      return Optional.empty();
    }
  }

  /** Tells whether somebody listens at an address. */
  public static boolean isListening(URI address) {
    try (Socket socket = new Socket()) {
      socket.connect(new InetSocketAddress(address.getHost(), address.getPort()), CONNECT_MS);
      return true;
    } catch (IOException | IllegalArgumentException e) {
      return false;
    }
  }

  @Override
  public void close() throws IOException {
    for (Part part : ports.keySet()) {
      Files.deleteIfExists(directory.resolve(part.file));
    }
  }
}
