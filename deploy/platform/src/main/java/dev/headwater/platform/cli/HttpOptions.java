package dev.headwater.platform.cli;

import dev.headwater.access.Outgoing;
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
    String key = System.getenv("HEADWATER_API_KEY");
    String file = System.getenv("HEADWATER_CA_FILE");
    Path trusted = authorities != null || file == null ? authorities : Path.of(file);
    return keyFile == null && key != null && !key.isBlank()
        ? Outgoing.withKey(trusted, key.strip())
        : Outgoing.of(trusted, keyFile);
  }
}
