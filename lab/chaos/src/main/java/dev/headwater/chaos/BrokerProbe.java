package dev.headwater.chaos;

import dev.headwater.events.kafka.KafkaSettings;
import java.util.Properties;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.admin.TopicDescription;

/** Asks the brokers how many they are, and whether every partition is kept as it should be. */
final class BrokerProbe {
  private BrokerProbe() {}

  private static Admin admin(KafkaSettings kafka) {
    Properties properties = kafka.common();
    properties.put("default.api.timeout.ms", "10000");
    properties.put("request.timeout.ms", "8000");
    return Admin.create(properties);
  }

  static int brokers(KafkaSettings kafka) throws Exception {
    try (Admin admin = admin(kafka)) {
      return admin.describeCluster().nodes().get().size();
    }
  }

  static boolean isInSync(KafkaSettings kafka) throws Exception {
    try (Admin admin = admin(kafka)) {
      var names = admin.listTopics().names().get();
      for (TopicDescription topic : admin.describeTopics(names).allTopicNames().get().values()) {
        if (topic.partitions().stream().anyMatch(p -> p.isr().size() < p.replicas().size())) {
          return false;
        }
      }
      return true;
    }
  }
}
