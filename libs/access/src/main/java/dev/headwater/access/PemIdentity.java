package dev.headwater.access;

import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.GeneralSecurityException;
import java.security.KeyFactory;
import java.security.PrivateKey;
import java.security.PublicKey;
import java.security.Signature;
import java.security.cert.CertificateExpiredException;
import java.security.cert.CertificateFactory;
import java.security.cert.CertificateNotYetValidException;
import java.security.cert.X509Certificate;
import java.security.spec.PKCS8EncodedKeySpec;
import java.util.Base64;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * A server's certificate chain and the key that fits it.
 *
 * @param key private
 * @param chain the server's own certificate first
 */
public record PemIdentity(PrivateKey key, List<X509Certificate> chain) {
  private static final Pattern KEY =
      Pattern.compile("-----BEGIN PRIVATE KEY-----([A-Za-z0-9+/=\\s]+)-----END PRIVATE KEY-----");

  /** Copies the list. */
  public PemIdentity {
    chain = List.copyOf(chain);
  }

  /**
   * Reads both files.
   *
   * @throws AccessSetupException when one cannot be read, they do not fit, or the certificate has
   *     expired; the message holds nothing of the key
   */
  public static PemIdentity read(TlsFiles files) {
    List<X509Certificate> chain = certificates(files.certificate());
    X509Certificate own = chain.get(0);
    PrivateKey key = key(files.key(), own.getPublicKey().getAlgorithm());
    if (!fits(key, own.getPublicKey())) {
      throw new AccessSetupException(
          "the key " + files.key() + " is not that of the certificate " + files.certificate());
    }
    try {
      own.checkValidity();
    } catch (CertificateExpiredException | CertificateNotYetValidException e) {
      throw new AccessSetupException(
          "the certificate %s is valid from %s to %s only"
              .formatted(
                  files.certificate(),
                  own.getNotBefore().toInstant(),
                  own.getNotAfter().toInstant()));
    }
    return new PemIdentity(key, chain);
  }

  /** Reads all certificates of a PEM file. */
  static List<X509Certificate> certificates(Path file) {
    try {
      List<X509Certificate> all =
          CertificateFactory.getInstance("X.509")
              .generateCertificates(new ByteArrayInputStream(Files.readAllBytes(file)))
              .stream()
              .map(X509Certificate.class::cast)
              .toList();
      if (all.isEmpty()) {
        throw new AccessSetupException(file + " holds no certificate");
      }
      return all;
    } catch (IOException | GeneralSecurityException e) {
      throw new AccessSetupException("the certificate " + file + " cannot be read: " + e, e);
    }
  }

  private static PrivateKey key(Path file, String algorithm) {
    try {
      Matcher pem = KEY.matcher(Files.readString(file, StandardCharsets.US_ASCII));
      if (!pem.find()) {
        throw new AccessSetupException(
            "the key " + file + " is not PKCS #8 in PEM (openssl pkcs8 -topk8 -nocrypt)");
      }
      return KeyFactory.getInstance(algorithm)
          .generatePrivate(new PKCS8EncodedKeySpec(der(file, pem.group(1))));
    } catch (IOException e) {
      throw new AccessSetupException("the key " + file + " cannot be read: " + e, e);
    } catch (GeneralSecurityException e) {
      throw new AccessSetupException("the key " + file + " is no " + algorithm + " key");
    }
  }

  private static byte[] der(Path file, String base64) {
    try {
      return Base64.getMimeDecoder().decode(base64);
    } catch (IllegalArgumentException e) {
      throw new AccessSetupException("the key " + file + " is not whole: its base64 is damaged");
    }
  }

  private static boolean fits(PrivateKey key, PublicKey certified) {
    try {
      Signature signature = Signature.getInstance(signatureOf(key.getAlgorithm()));
      byte[] text = {1, 2, 3};
      signature.initSign(key);
      signature.update(text);
      byte[] signed = signature.sign();
      signature.initVerify(certified);
      signature.update(text);
      return signature.verify(signed);
    } catch (GeneralSecurityException e) {
      return false;
    }
  }

  private static String signatureOf(String algorithm) {
    return switch (algorithm) {
      case "RSA" -> "SHA256withRSA";
      case "EC" -> "SHA256withECDSA";
      default -> algorithm;
    };
  }

  @Override
  public String toString() {
    return "identity of " + chain.get(0).getSubjectX500Principal();
  }
}
