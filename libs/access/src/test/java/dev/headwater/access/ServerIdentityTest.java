package dev.headwater.access;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import dev.headwater.broker.Certificate;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.time.Duration;
import java.time.Instant;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class ServerIdentityTest {
  private static final Duration SOON = Duration.ofMillis(20);

  @TempDir Path folder;

  private static String subject(ServerIdentity identity) {
    return identity.current().chain().get(0).getSubjectX500Principal().getName();
  }

  private TlsFiles files() {
    return new TlsFiles(folder.resolve("tls.pem"), folder.resolve("tls.key"), SOON);
  }

  private void install(Path certificate, Path key) throws Exception {
    Files.copy(certificate, files().certificate(), StandardCopyOption.REPLACE_EXISTING);
    Files.copy(key, files().key(), StandardCopyOption.REPLACE_EXISTING);
  }

  @Test
  void readsChangedFilesOnceTheyFitTogether() throws Exception {
    Certificate first = SharedCertificates.RSA;
    Certificate second = SharedCertificates.EC;
    install(first.certificatePem(), first.keyPem());
    try (ServerIdentity identity = new ServerIdentity(files())) {
      assertThat(subject(identity)).isEqualTo("CN=rsa");
      assertThat(identity.goodUntil()).isAfter(Instant.now());
      Files.copy(
          second.certificatePem(), files().certificate(), StandardCopyOption.REPLACE_EXISTING);
      assertThat(subject(identity)).as("half replaced").isEqualTo("CN=rsa");
      Files.copy(second.keyPem(), files().key(), StandardCopyOption.REPLACE_EXISTING);
      await().untilAsserted(() -> assertThat(subject(identity)).isEqualTo("CN=ec"));
      assertThat(identity.current().key().getAlgorithm()).isEqualTo("EC");
    }
  }

  @Test
  void refusesWhatDoesNotFitOrIsNotPem() throws Exception {
    Certificate one = SharedCertificates.EC;
    Certificate other = SharedCertificates.OTHER_EC;
    install(one.certificatePem(), other.keyPem());
    refused("is not that of the certificate");
    install(one.keyPem(), one.keyPem());
    refused("cannot be read");
    install(one.certificatePem(), one.certificatePem());
    refused("PKCS #8");
    Files.writeString(
        files().key(), "-----BEGIN PRIVATE KEY-----\nAAAA\n-----END PRIVATE KEY-----\n");
    refused("is no EC key");
    Files.delete(files().key());
    refused("cannot be read");
  }

  private void refused(String why) {
    assertThatThrownBy(() -> new ServerIdentity(files()))
        .isInstanceOf(AccessSetupException.class)
        .hasMessageContaining(why);
  }
}
