package dev.headwater.store.admin;

import dev.headwater.access.AccessConfig;
import dev.headwater.access.TlsFiles;
import org.jspecify.annotations.Nullable;

/**
 * Where the operator's interface listens, and who may call it.
 *
 * @param host address to listen on; the default is loopback
 * @param access keys and tokens
 * @param tls certificate and key; null: plain HTTP
 */
public record AdminProtection(String host, AccessConfig access, @Nullable TlsFiles tls) {
  /** On loopback, plain HTTP, open to everybody on this machine. */
  public static final AdminProtection LOOPBACK =
      new AdminProtection("127.0.0.1", AccessConfig.OPEN, null);
}
