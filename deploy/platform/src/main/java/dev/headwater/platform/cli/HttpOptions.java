package dev.headwater.platform.cli;

import dev.headwater.access.Outgoing;
import dev.headwater.client.Credentials;
import java.nio.file.Path;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Option;

/**
 * Flags that all verbs share which make HTTP calls. A key never stands on the command line, where
 * every user of the machine could read it.
 */
public final class HttpOptions {
  @Option(
      names = "--key-file",
      paramLabel = "FILE",
      description = "File that holds an API key or token (default: $HEADWATER_API_KEY).")
  public @Nullable Path keyFile;

  @Option(
      names = "--ca",
      paramLabel = "FILE",
      description = "PEM certificates to trust (default: $HEADWATER_CA_FILE, then the JDK's).")
  public @Nullable Path authorities;

  /** Returns whom calls trust and the key they show, from flags, else from the environment. */
  public Outgoing outgoing() {
    String key = key();
    return keyFile == null && key != null
        ? Outgoing.withKey(trusted(), key)
        : Outgoing.of(trusted(), keyFile);
  }

  /** Returns the same for calls of the client. */
  public Credentials credentials() {
    String key = key();
    Credentials shown = Credentials.NONE;
    if (keyFile != null) {
      shown = Credentials.fromFile(keyFile);
    } else if (key != null) {
      shown = Credentials.of(() -> key);
    }
    Path trusted = trusted();
    return trusted == null ? shown : shown.trusting(trusted);
  }

  private static @Nullable String key() {
    String key = System.getenv("HEADWATER_API_KEY");
    return key == null || key.isBlank() ? null : key.strip();
  }

  private @Nullable Path trusted() {
    String file = System.getenv("HEADWATER_CA_FILE");
    return authorities != null || file == null ? authorities : Path.of(file);
  }
}
