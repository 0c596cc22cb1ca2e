package dev.headwater.configuration;

import dev.headwater.events.DomainNames;
import dev.headwater.events.Topics;
import dev.headwater.events.kafka.ClientKind;
import dev.headwater.events.kafka.KafkaSettings;
import dev.headwater.events.kafka.TopicLayout;
import java.nio.file.Path;
import java.util.Map;
import java.util.Set;
import java.util.regex.Pattern;

/**
 * What every process of an installation reads.
 *
 * @param domains names and patterns in the order of the file; a record of any other domain is a
 *     dead letter
 * @param bundleDirectory where published bundles lie, absolute
 * @param stateDirectory where parts keep their state, absolute
 * @param kafka how to reach Kafka
 */
public record Installation(
    Set<String> domains, Path bundleDirectory, Path stateDirectory, Kafka kafka) {
  /** Relative paths start at {@link Home}. */
  public Installation {
    bundleDirectory = Home.directory().resolve(bundleDirectory);
    stateDirectory = Home.directory().resolve(stateDirectory);
  }

  /** Returns the domains as names and patterns. */
  public DomainNames domainNames() {
    return DomainNames.of(domains);
  }

  /**
   * Section {@code kafka}.
   *
   * @param bootstrap host:port[,host:port…]
   * @param topicPrefix put before every topic name
   * @param partitions of the topics keyed by user or item
   * @param replicas copies of every topic, 0: the broker's default
   * @param minInSyncReplicas copies that acknowledge a record, 0: the broker's default
   * @param client passed to every Kafka client
   * @param producer passed to every producer, over {@code client}
   * @param consumer passed to every consumer, over {@code client}
   * @param admin passed to every admin client, over {@code client}
   */
  public record Kafka(
      String bootstrap,
      String topicPrefix,
      int partitions,
      int replicas,
      int minInSyncReplicas,
      Map<String, String> client,
      Map<String, String> producer,
      Map<String, String> consumer,
      Map<String, String> admin) {
    private static final Pattern PREFIX = Pattern.compile("[A-Za-z0-9._-]{0,100}");

    /** Checks the numbers, and that Kafka takes topics that begin so. */
    public Kafka {
      client = Map.copyOf(client);
      producer = Map.copyOf(producer);
      consumer = Map.copyOf(consumer);
      admin = Map.copyOf(admin);
      var unused = new TopicLayout(partitions, replicas, minInSyncReplicas); // refuses
      if (!PREFIX.matcher(topicPrefix).matches()) {
        throw new IllegalArgumentException(
            "topicPrefix has at most 100 letters, digits, dots, underscores and hyphens");
      }
    }

    /** Returns how topics are spread over brokers. */
    public TopicLayout layout() {
      return new TopicLayout(partitions, replicas, minInSyncReplicas);
    }

    /** Returns the settings of every client. */
    public KafkaSettings settings() {
      return new KafkaSettings(
          bootstrap,
          new Topics(topicPrefix),
          client,
          Map.of(
              ClientKind.PRODUCER,
              producer,
              ClientKind.CONSUMER,
              consumer,
              ClientKind.ADMIN,
              admin));
    }

    /** Names the client's settings and shows no value: one of them may be a password. */
    @Override
    public String toString() {
      return settings().toString();
    }
  }
}
