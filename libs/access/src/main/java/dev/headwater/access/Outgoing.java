package dev.headwater.access;

import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.GeneralSecurityException;
import java.security.KeyStore;
import java.security.cert.X509Certificate;
import java.time.Duration;
import java.util.List;
import java.util.function.Supplier;
import java.util.regex.Pattern;
import javax.net.ssl.SSLContext;
import javax.net.ssl.TrustManagerFactory;
import org.jspecify.annotations.Nullable;

/**
 * What a caller of ours brings along: the authority whose certificates it trusts, and its key.
 * Immutable; the key is asked for with each request, so that a changed file counts at once.
 */
public final class Outgoing {
  /** Neither: plain HTTP, or HTTPS with the JDK's authorities, and no key. */
  public static final Outgoing NONE = new Outgoing(null, null);

  private static final Pattern ONE_WORD = Pattern.compile("[\\x21-\\x7e]+");

  private final @Nullable Path authorities;
  private final @Nullable Supplier<String> key;

  private Outgoing(@Nullable Path authorities, @Nullable Supplier<String> key) {
    this.authorities = authorities;
    this.key = key;
  }

  /**
   * Makes one from files.
   *
   * @param authorities PEM certificates to trust; null: those of the JDK
   * @param keyFile holds the key alone; null: no key
   */
  public static Outgoing of(@Nullable Path authorities, @Nullable Path keyFile) {
    return new Outgoing(authorities, keyFile == null ? null : () -> read(keyFile));
  }

  /** Makes one with a key that was given otherwise, by an environment variable say. */
  public static Outgoing withKey(@Nullable Path authorities, String key) {
    return new Outgoing(authorities, () -> key);
  }

  private static String read(Path file) {
    String key;
    try {
      key = Files.readString(file).strip();
    } catch (IOException e) {
      throw new AccessSetupException("the key file " + file + " cannot be read: " + e, e);
    }
    // The HTTP client would refuse such a header and repeat it, key and all.
    if (!ONE_WORD.matcher(key).matches()) {
      throw new AccessSetupException(
          "the key file " + file + " must hold one key and nothing else");
    }
    return key;
  }

  /** Begins a client that trusts the authorities. */
  public HttpClient.Builder client(Duration connectTimeout) {
    HttpClient.Builder client =
        HttpClient.newBuilder().version(HttpClient.Version.HTTP_1_1).connectTimeout(connectTimeout);
    return authorities == null ? client : client.sslContext(trusting(authorities));
  }

  /** Begins a request that shows the key. */
  public HttpRequest.Builder request(URI address) {
    HttpRequest.Builder request = HttpRequest.newBuilder(address);
    return key == null ? request : request.header("Authorization", "Bearer " + key.get());
  }

  private static SSLContext trusting(Path authorities) {
    try {
      List<X509Certificate> trusted = PemIdentity.certificates(authorities);
      KeyStore store = KeyStore.getInstance(KeyStore.getDefaultType());
      store.load(null, null);
      for (int i = 0; i < trusted.size(); i++) {
        store.setCertificateEntry("authority-" + i, trusted.get(i));
      }
      TrustManagerFactory trust =
          TrustManagerFactory.getInstance(TrustManagerFactory.getDefaultAlgorithm());
      trust.init(store);
      SSLContext context = SSLContext.getInstance("TLS");
      context.init(null, trust.getTrustManagers(), null);
      return context;
    } catch (IOException | GeneralSecurityException e) {
      throw new AccessSetupException("cannot trust " + authorities + ": " + e, e);
    }
  }

  @Override
  public String toString() {
    return "Outgoing[authorities=" + authorities + ", key=" + (key == null ? "none" : "***") + "]";
  }
}
