package dev.headwater.client;

import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.GeneralSecurityException;
import java.security.KeyStore;
import java.security.cert.Certificate;
import java.security.cert.CertificateFactory;
import java.util.function.Supplier;
import javax.net.ssl.SSLContext;
import javax.net.ssl.TrustManagerFactory;
import org.jspecify.annotations.Nullable;

/**
 * What a client shows to a node and whom it trusts. Immutable and thread-safe; the key is asked for
 * with each call, so that one from a file may be exchanged while the client lives.
 */
public final class Credentials {
  /** No key; HTTPS with the JDK's authorities. */
  public static final Credentials NONE = new Credentials(null, null);

  private final @Nullable Supplier<String> key;
  private final @Nullable SSLContext trusting;

  private Credentials(@Nullable Supplier<String> key, @Nullable SSLContext trusting) {
    this.key = key;
    this.trusting = trusting;
  }

  /**
   * Returns credentials with an API key or a token.
   *
   * @param key returns it; called with each call, from any thread
   */
  public static Credentials of(Supplier<String> key) {
    return new Credentials(key, null);
  }

  /** Returns credentials whose key or token stands alone in a file. */
  public static Credentials fromFile(Path file) {
    return of(
        () -> {
          try {
            return Files.readString(file).strip();
          } catch (IOException e) {
            throw new HeadwaterException("the key file " + file + " cannot be read", e);
          }
        });
  }

  /**
   * Returns the same that trust other authorities than the JDK does.
   *
   * @param pem file with their certificates
   * @throws IllegalArgumentException when it cannot be used
   */
  public Credentials trusting(Path pem) {
    try {
      KeyStore trusted = KeyStore.getInstance(KeyStore.getDefaultType());
      trusted.load(null, null);
      for (Certificate each :
          CertificateFactory.getInstance("X.509")
              .generateCertificates(new ByteArrayInputStream(Files.readAllBytes(pem)))) {
        trusted.setCertificateEntry("authority-" + trusted.size(), each);
      }
      TrustManagerFactory trust =
          TrustManagerFactory.getInstance(TrustManagerFactory.getDefaultAlgorithm());
      trust.init(trusted);
      SSLContext context = SSLContext.getInstance("TLS");
      context.init(null, trust.getTrustManagers(), null);
      return new Credentials(key, context);
    } catch (IOException | GeneralSecurityException e) {
      throw new IllegalArgumentException("the certificates " + pem + " cannot be used: " + e, e);
    }
  }

  HttpClient.Builder trustedBy(HttpClient.Builder client) {
    return trusting == null ? client : client.sslContext(trusting);
  }

  HttpRequest.Builder shownIn(HttpRequest.Builder request) {
    return key == null ? request : request.header("authorization", "Bearer " + word(key.get()));
  }

  /** The JDK would refuse such a header too, and repeat the key in its complaint. */
  private static String word(String key) {
    if (!key.matches("[\\x21-\\x7e]+")) {
      throw new HeadwaterException(
          HeadwaterException.NO_ANSWER,
          "bad_key",
          "a key is one word; this one is empty or more than that");
    }
    return key;
  }

  @Override
  public String toString() {
    return "Credentials[key=" + (key == null ? "none" : "***") + "]";
  }
}
