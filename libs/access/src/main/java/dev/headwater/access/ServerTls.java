package dev.headwater.access;

import java.nio.file.Path;
import java.time.Duration;
import org.jspecify.annotations.Nullable;

/**
 * What a server's configuration says of HTTPS: both files or neither.
 *
 * @param certificate PEM of the chain; null: plain HTTP
 * @param key PEM of the private key; null: plain HTTP
 */
public record ServerTls(@Nullable Path certificate, @Nullable Path key) {
  /** Refuses one without the other. */
  public ServerTls {
    if ((certificate == null) != (key == null)) {
      throw new IllegalArgumentException("tls needs both certificate and key");
    }
  }

  /** Returns the files, null for plain HTTP. */
  public @Nullable TlsFiles files(Duration reloadInterval) {
    return certificate == null || key == null
        ? null
        : new TlsFiles(certificate, key, reloadInterval);
  }
}
