package dev.headwater.access;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.headwater.broker.Certificate;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class PemIdentityTest {
  @TempDir Path folder;
  private final Certificate own = SharedCertificates.EC;
  private final Certificate authority = SharedCertificates.OTHER_EC;

  private PemIdentity read(String certificates, String key) throws IOException {
    return PemIdentity.read(
        new TlsFiles(
            Files.writeString(folder.resolve("tls.pem"), certificates),
            Files.writeString(folder.resolve("tls.key"), key),
            Duration.ofSeconds(1)));
  }

  @Test
  void aChainBeginsWithTheServersOwn() throws IOException {
    String chain =
        "text before\n"
            + Files.readString(own.certificatePem())
            + Files.readString(authority.certificatePem());
    String key = Files.readString(own.keyPem());
    PemIdentity identity = read(chain, "# a comment\n" + key.replace("\n", "\r\n"));
    assertThat(identity.chain()).hasSize(2);
    assertThat(identity).hasToString("identity of CN=ec");
    String turned =
        Files.readString(authority.certificatePem()) + Files.readString(own.certificatePem());
    assertThatThrownBy(() -> read(turned, key)).isInstanceOf(AccessSetupException.class);
  }

  @Test
  void aKeyOfAnotherFormIsRefusedWithTheWayToMakeOne() throws IOException {
    String chain = Files.readString(own.certificatePem());
    for (String kind : new String[] {"EC PRIVATE KEY", "ENCRYPTED PRIVATE KEY"}) {
      String key = Files.readString(own.keyPem()).replace("PRIVATE KEY", kind);
      assertThatThrownBy(() -> read(chain, key))
          .as(kind)
          .isInstanceOf(AccessSetupException.class)
          .hasMessageContaining("openssl pkcs8 -topk8");
    }
  }

  /** Some damage is none: what comes after the padding is not looked at. */
  @Test
  void aDamagedKeyIsRefusedWhateverIsWrongWithIt() throws IOException {
    String chain = Files.readString(own.certificatePem());
    String body = Files.readString(own.keyPem()).replaceAll("-----[A-Z ]+-----|\n", "");
    Random random = new Random(7);
    int refused = 0;
    for (int i = 0; i < 200; i++) {
      StringBuilder damaged = new StringBuilder(body);
      switch (i % 3) {
        case 0 -> damaged.setLength(random.nextInt(body.length()));
        case 1 -> damaged.insert(random.nextInt(body.length()), "=");
        default -> damaged.deleteCharAt(random.nextInt(body.length()));
      }
      String key = "-----BEGIN PRIVATE KEY-----\n" + damaged + "\n-----END PRIVATE KEY-----\n";
      try {
        assertThat(read(chain, key).chain()).as("seed 7, %d", i).hasSize(1);
      } catch (AccessSetupException e) {
        refused++;
        assertThat(e).as("seed 7, %d", i).hasMessageContaining("tls.key");
      }
    }
    assertThat(refused).isGreaterThan(180);
  }

  @Test
  void aFileWithoutACertificateIsRefused() throws IOException {
    String key = Files.readString(own.keyPem());
    for (String none : new String[] {"", "nothing here", "-----BEGIN CERTIFICATE-----\nAA==\n"}) {
      assertThatThrownBy(() -> read(none, key))
          .as("'%s'", none)
          .isInstanceOf(AccessSetupException.class)
          .hasMessageContaining("tls.pem");
    }
  }
}
