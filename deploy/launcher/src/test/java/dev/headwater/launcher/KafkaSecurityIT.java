package dev.headwater.launcher;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.headwater.broker.BrokerSecurity;
import dev.headwater.broker.Certificate;
import dev.headwater.broker.EmbeddedBroker;
import dev.headwater.events.Topics;
import dev.headwater.events.kafka.KafkaSettings;
import dev.headwater.events.kafka.KafkaUnavailableException;
import dev.headwater.events.kafka.TopicAdmin;
import java.nio.file.Path;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** What a part says at its start when the broker and it do not agree how to speak. */
@Timeout(120)
class KafkaSecurityIT {
  private static final Map<String, String> PASSWORDS =
      Map.of(BrokerSecurity.ADMIN, "a", "headwater", "right");

  @TempDir Path folder;

  private static KafkaSettings settings(EmbeddedBroker broker, Map<String, String> client) {
    return new KafkaSettings(broker.bootstrap(), Topics.DEFAULT, client);
  }

  private static void works(KafkaSettings settings) {
    try (TopicAdmin admin = new TopicAdmin(settings)) {
      assertThat(admin.create(1)).isNotEmpty();
    }
  }

  private static void refused(KafkaSettings settings, String why) {
    assertThatThrownBy(() -> TopicAdmin.requireBroker(settings))
        .isInstanceOf(KafkaUnavailableException.class)
        .hasMessageContaining(why)
        .hasMessageNotContaining("canary");
  }

  @Test
  void anEncryptedBrokerWantsItsCertificateTrusted() throws Exception {
    Certificate own = Certificate.create(folder, "own", "RSA");
    Certificate other = Certificate.create(folder, "other", "RSA");
    BrokerSecurity security = BrokerSecurity.encrypted(own);
    try (EmbeddedBroker broker = EmbeddedBroker.start(security)) {
      works(settings(broker, security.client()));
      refused(
          settings(broker, BrokerSecurity.encrypted(other).client()), "no encrypted connection");
      refused(settings(broker, Map.of()), "kafka.client.security.protocol");
    }
  }

  @Test
  void aBrokerWithPasswordsSaysWhoseIsWrong() {
    BrokerSecurity security = BrokerSecurity.passwords(PASSWORDS);
    try (EmbeddedBroker broker = EmbeddedBroker.start(security)) {
      works(settings(broker, security.client("headwater", "right")));
      for (String user : new String[] {"headwater", "nobody"}) {
        refused(settings(broker, security.client(user, "canary")), "refuses this user or password");
      }
      refused(settings(broker, Map.of()), "kafka.client.security.protocol");
    }
  }
}
