package dev.headwater.broker;

import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.GeneralSecurityException;
import java.security.Key;
import java.security.KeyStore;
import java.util.Base64;
import java.util.List;
import java.util.concurrent.TimeUnit;

/**
 * A certificate for {@code localhost} and {@code 127.0.0.1} that signs itself, made with the JDK's
 * {@code keytool}: for tests of connections that are encrypted.
 *
 * @param keystore PKCS #12 with certificate and key, {@link #PASSWORD}
 * @param certificatePem the certificate
 * @param keyPem the key, PKCS #8
 */
public record Certificate(Path keystore, Path certificatePem, Path keyPem) {
  /** Of every keystore made here. */
  public static final String PASSWORD = "changeit";

  private static final String ALIAS = "server";
  private static final int PATIENCE_SECONDS = 60;

  /**
   * Makes one.
   *
   * @param directory for the three files
   * @param name common name, and name of the files
   * @param algorithm {@code EC} or {@code RSA}
   */
  public static Certificate create(Path directory, String name, String algorithm)
      throws IOException, InterruptedException {
    Path keystore = directory.resolve(name + ".p12");
    keytool(
        List.of(
            "-genkeypair",
            "-alias",
            ALIAS,
            "-keyalg",
            algorithm,
            "-validity",
            "2",
            "-dname",
            "CN=" + name,
            "-ext",
            "SAN=dns:localhost,ip:127.0.0.1",
            "-storetype",
            "PKCS12",
            "-keystore",
            keystore.toString(),
            "-storepass",
            PASSWORD));
    try (InputStream in = Files.newInputStream(keystore)) {
      KeyStore store = KeyStore.getInstance("PKCS12");
      store.load(in, PASSWORD.toCharArray());
      Key key = store.getKey(ALIAS, PASSWORD.toCharArray());
      return new Certificate(
          keystore,
          pem(
              directory.resolve(name + ".pem"),
              "CERTIFICATE",
              store.getCertificate(ALIAS).getEncoded()),
          pem(directory.resolve(name + ".key"), "PRIVATE KEY", key.getEncoded()));
    } catch (GeneralSecurityException e) {
      throw new IOException("keytool's keystore cannot be read", e);
    }
  }

  private static Path pem(Path file, String kind, byte[] der) throws IOException {
    String text = Base64.getMimeEncoder(64, new byte[] {'\n'}).encodeToString(der);
    return Files.writeString(
        file,
        "-----BEGIN " + kind + "-----\n" + text + "\n-----END " + kind + "-----\n",
        StandardCharsets.US_ASCII);
  }

  private static void keytool(List<String> arguments) throws IOException, InterruptedException {
    Path tool = Path.of(System.getProperty("java.home"), "bin", "keytool");
    ProcessBuilder builder = new ProcessBuilder(tool.toString());
    builder.command().addAll(arguments);
    Process process = builder.redirectErrorStream(true).start();
    String said = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
    if (!process.waitFor(PATIENCE_SECONDS, TimeUnit.SECONDS) || process.exitValue() != 0) {
      throw new IOException("keytool failed: " + said);
    }
  }
}
