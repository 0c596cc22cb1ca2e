package dev.headwater.broker;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.admin.NewTopic;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

class EmbeddedBrokerIT {
  @Test
  @Timeout(60)
  void keepsItsDataOverARestart() throws Exception {
    try (EmbeddedBroker broker = EmbeddedBroker.start()) {
      Map<String, Object> config = Map.of("bootstrap.servers", broker.bootstrap());
      try (Admin admin = Admin.create(config)) {
        admin
            .createTopics(List.of(new NewTopic("kept", 1, (short) 1)))
            .all()
            .get(20, TimeUnit.SECONDS);
      }
      broker.stop();
      broker.restart();
      try (Admin admin = Admin.create(config)) {
        assertThat(admin.listTopics().names().get(20, TimeUnit.SECONDS)).contains("kept");
      }
    }
  }
}
