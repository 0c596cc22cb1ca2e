package dev.headwater.access;

import java.net.Socket;
import java.security.GeneralSecurityException;
import java.security.Principal;
import java.security.PrivateKey;
import java.security.cert.X509Certificate;
import java.time.Instant;
import java.util.List;
import javax.net.ssl.KeyManager;
import javax.net.ssl.SSLContext;
import javax.net.ssl.SSLEngine;
import javax.net.ssl.X509ExtendedKeyManager;
import org.jspecify.annotations.Nullable;

/**
 * A server's certificate and key, read again when the files change: the next connection is met with
 * the new ones, open connections stay. Files that do not fit together are logged, and the ones from
 * before stay in use. Thread-safe.
 */
public final class ServerIdentity implements AutoCloseable {
  private final FileWatch watch;
  private volatile Numbered now;

  /** So that a handshake that began before a change gets key and chain of the same identity. */
  private record Numbered(long number, PemIdentity identity, PemIdentity previous) {
    Numbered next(PemIdentity newer) {
      return new Numbered(number + 1, newer, identity);
    }

    PemIdentity of(String alias) {
      return alias.equals(Long.toString(number)) ? identity : previous;
    }
  }

  /**
   * Reads the files and watches them.
   *
   * @throws AccessSetupException when they cannot be used
   */
  public ServerIdentity(TlsFiles files) {
    watch =
        new FileWatch(
            List.of(files.certificate(), files.key()),
            files.reloadInterval(),
            () -> now = now.next(PemIdentity.read(files)));
    PemIdentity first = PemIdentity.read(files);
    now = new Numbered(1, first, first);
    watch.start();
  }

  /** Returns what is shown to the next connection. */
  public PemIdentity current() {
    return now.identity();
  }

  /** Returns until when the certificate is good. */
  public Instant goodUntil() {
    return current().chain().get(0).getNotAfter().toInstant();
  }

  /** Returns a context whose connections each show what is current. */
  public SSLContext context() {
    try {
      SSLContext context = SSLContext.getInstance("TLS");
      context.init(new KeyManager[] {new Current()}, null, null);
      return context;
    } catch (GeneralSecurityException e) {
      throw new IllegalStateException("every JDK has TLS", e);
    }
  }

  @Override
  public void close() {
    watch.close();
  }

  /** The alias is the number of the identity. */
  private final class Current extends X509ExtendedKeyManager {
    private @Nullable String alias(String keyType) {
      Numbered current = now;
      return current.identity().key().getAlgorithm().equals(keyType)
          ? Long.toString(current.number())
          : null;
    }

    @Override
    public @Nullable String chooseEngineServerAlias(
        String keyType, Principal @Nullable [] issuers, SSLEngine engine) {
      return alias(keyType);
    }

    @Override
    public @Nullable String chooseServerAlias(
        String keyType, Principal @Nullable [] issuers, Socket socket) {
      return alias(keyType);
    }

    @Override
    public String[] getServerAliases(String keyType, Principal @Nullable [] issuers) {
      return new String[] {Long.toString(now.number())};
    }

    @Override
    public X509Certificate[] getCertificateChain(String alias) {
      return now.of(alias).chain().toArray(X509Certificate[]::new);
    }

    @Override
    public PrivateKey getPrivateKey(String alias) {
      return now.of(alias).key();
    }

    @Override
    public String @Nullable [] getClientAliases(String keyType, Principal @Nullable [] issuers) {
      return null;
    }

    @Override
    public @Nullable String chooseClientAlias(
        String[] keyTypes, Principal @Nullable [] issuers, Socket socket) {
      return null;
    }
  }
}
