package dev.headwater.events.kafka;

import dev.headwater.events.Topics;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.Properties;
import java.util.Set;
import java.util.TreeMap;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.admin.Config;
import org.apache.kafka.clients.admin.ConfigEntry;
import org.apache.kafka.clients.admin.ListOffsetsOptions;
import org.apache.kafka.clients.admin.NewTopic;
import org.apache.kafka.clients.admin.OffsetSpec;
import org.apache.kafka.clients.admin.TopicDescription;
import org.apache.kafka.common.IsolationLevel;
import org.apache.kafka.common.KafkaException;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.config.ConfigResource;
import org.apache.kafka.common.config.TopicConfig;
import org.apache.kafka.common.errors.AuthenticationException;
import org.apache.kafka.common.errors.SslAuthenticationException;
import org.apache.kafka.common.errors.TopicExistsException;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Creates Headwater's topics and compares existing ones with what they should be. */
public final class TopicAdmin implements AutoCloseable {
  /** From so many brokers on, a topic with one replica is a mistake. */
  private static final int BROKERS_FOR_COPIES = 3;

  private static final Logger LOG = LoggerFactory.getLogger(TopicAdmin.class);
  private static final Duration TIMEOUT = Duration.ofSeconds(8);
  private static final int MISSING_RETRIES = 20;
  private static final long RETRY_MS = 100;

  private final KafkaSettings settings;
  private final Admin admin;

  /**
   * Connects and checks that a broker answers.
   *
   * @throws KafkaUnavailableException when none does within eight seconds
   */
  public TopicAdmin(KafkaSettings settings) {
    this.settings = settings;
    Properties properties = settings.admin();
    properties.putIfAbsent("default.api.timeout.ms", Long.toString(TIMEOUT.toMillis()));
    properties.putIfAbsent("request.timeout.ms", "4000");
    try {
      admin = Admin.create(properties);
    } catch (KafkaException e) {
      throw new KafkaUnavailableException(
          "cannot use bootstrap address '" + settings.bootstrap() + "': " + causeOf(e));
    }
    try {
      admin.describeCluster().nodes().get(TIMEOUT.toMillis(), TimeUnit.MILLISECONDS);
    } catch (ExecutionException | TimeoutException e) {
      admin.close(Duration.ZERO);
      throw new KafkaUnavailableException(whyNot(settings, e));
    } catch (InterruptedException e) {
      admin.close(Duration.ZERO);
      Thread.currentThread().interrupt();
      throw new KafkaUnavailableException("interrupted while looking for the broker");
    }
  }

  private static String whyNot(KafkaSettings settings, Exception e) {
    String at = " at " + settings.bootstrap();
    if (e.getCause() instanceof SslAuthenticationException) {
      return "no encrypted connection to the Kafka broker"
          + at
          + ": check kafka.client.ssl.* ("
          + causeOf(e)
          + ")";
    }
    if (e.getCause() instanceof AuthenticationException) {
      return "the Kafka broker"
          + at
          + " refuses this user or password: check kafka.client.sasl.* ("
          + causeOf(e)
          + ")";
    }
    return "no Kafka broker answers"
        + at
        + ": start it, or name another address with --bootstrap"
        + ", or say in kafka.client.security.protocol how it wants to be spoken to ("
        + causeOf(e)
        + ")";
  }

  /** Checks that a broker answers, and throws {@link KafkaUnavailableException} otherwise. */
  public static void requireBroker(KafkaSettings settings) {
    new TopicAdmin(settings).close();
  }

  /** Returns the topics with all that they are created with. */
  public static List<Topics.Definition> definitions(Topics topics, TopicLayout layout) {
    return topics.definitions(layout.partitions()).stream()
        .map(each -> new Topics.Definition(each.name(), each.partitions(), config(each, layout)))
        .toList();
  }

  /** Creates the topics that are missing, with as many copies as the broker's default says. */
  public List<String> create(int partitions) {
    return create(TopicLayout.of(partitions));
  }

  /**
   * Creates the topics that are missing and leaves the others alone. Waits up to two seconds until
   * the broker that is asked knows of them, so that who checks next does not find them missing.
   *
   * @return the names created
   */
  public List<String> create(TopicLayout layout) {
    List<String> created = new ArrayList<>();
    Set<String> existing = get(admin.listTopics().names());
    for (Topics.Definition topic : definitions(settings.topics(), layout)) {
      if (existing.contains(topic.name())) {
        continue;
      }
      try {
        get(admin.createTopics(List.of(newTopic(topic, layout))).all());
        created.add(topic.name());
      } catch (TopicExistsException e) {
        LOG.debug("{} was created by another part in between", topic.name());
      }
    }
    missingAfterAWhile(created);
    return created;
  }

  private static NewTopic newTopic(Topics.Definition topic, TopicLayout layout) {
    Optional<Short> replicas =
        layout.replicas() == 0 ? Optional.empty() : Optional.of((short) layout.replicas());
    return new NewTopic(topic.name(), Optional.of(topic.partitions()), replicas)
        .configs(topic.config());
  }

  private static Map<String, String> config(Topics.Definition topic, TopicLayout layout) {
    Map<String, String> config = new LinkedHashMap<>(topic.config());
    if (layout.minInSync() > 0) {
      config.put(TopicConfig.MIN_IN_SYNC_REPLICAS_CONFIG, Integer.toString(layout.minInSync()));
    }
    return config;
  }

  /**
   * Returns the partition counts of topics that must exist.
   *
   * @throws KafkaUnavailableException that names the missing ones
   */
  public Map<String, Integer> partitions(List<String> topics) {
    List<String> missing = missingAfterAWhile(topics);
    if (!missing.isEmpty()) {
      throw new KafkaUnavailableException(
          "topics " + missing + " do not exist: run `headwater topics create`");
    }
    Map<String, Integer> partitions = new LinkedHashMap<>();
    get(admin.describeTopics(topics).allTopicNames())
        .forEach((name, topic) -> partitions.put(name, topic.partitions().size()));
    return partitions;
  }

  /**
   * Returns the identifiers that the cluster gave to topics that must exist: one that was deleted
   * and created again has another.
   */
  public Map<String, String> identifiers(List<String> topics) {
    Map<String, String> identifiers = new TreeMap<>();
    get(admin.describeTopics(topics).allTopicNames())
        .forEach((name, topic) -> identifiers.put(name, topic.topicId().toString()));
    return identifiers;
  }

  /**
   * Returns where partitions end: behind all that was written, also in transactions that are still
   * open. What a transaction wrote stands before these ends wherever any of it can be read.
   */
  public Map<TopicPartition, Long> ends(Collection<TopicPartition> partitions) {
    Map<TopicPartition, OffsetSpec> last = new HashMap<>();
    partitions.forEach(partition -> last.put(partition, OffsetSpec.latest()));
    Map<TopicPartition, Long> ends = new HashMap<>();
    get(admin.listOffsets(last, new ListOffsetsOptions(IsolationLevel.READ_UNCOMMITTED)).all())
        .forEach((partition, end) -> ends.put(partition, end.offset()));
    return ends;
  }

  /** Returns the partition counts of the topics whose names begin so. */
  public Map<String, Integer> startingWith(String prefix) {
    List<String> found =
        get(admin.listTopics().names()).stream().filter(name -> name.startsWith(prefix)).toList();
    Map<String, Integer> partitions = new LinkedHashMap<>();
    get(admin.describeTopics(found).allTopicNames())
        .forEach((name, topic) -> partitions.put(name, topic.partitions().size()));
    return partitions;
  }

  /** The broker that is asked may learn of a topic a moment after it was created. */
  private List<String> missingAfterAWhile(List<String> topics) {
    List<String> missing = missing(topics);
    for (int i = 0; i < MISSING_RETRIES && !missing.isEmpty(); i++) {
      pause();
      missing = missing(topics);
    }
    return missing;
  }

  private List<String> missing(List<String> topics) {
    Set<String> existing = get(admin.listTopics().names());
    return topics.stream().filter(topic -> !existing.contains(topic)).toList();
  }

  private static void pause() {
    try {
      TimeUnit.MILLISECONDS.sleep(RETRY_MS);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new KafkaUnavailableException("interrupted");
    }
  }

  /** Compares topics with what they should be, wherever their copies lie. */
  public List<String> check(int partitions) {
    return check(TopicLayout.of(partitions));
  }

  /**
   * Compares topics with what they should be. Where the layout leaves copies to the broker, a topic
   * that has one copy although there are three brokers is a problem all the same: the first disk
   * that dies takes clicks, rows and announcements with it.
   *
   * @return a line a problem, empty when all is well
   */
  public List<String> check(TopicLayout layout) {
    List<String> problems = new ArrayList<>();
    Set<String> existing = get(admin.listTopics().names());
    Map<String, Topics.Definition> present = new LinkedHashMap<>();
    for (Topics.Definition topic : definitions(settings.topics(), layout)) {
      if (existing.contains(topic.name())) {
        present.put(topic.name(), topic);
      } else {
        problems.add("topic " + topic.name() + " is missing");
      }
    }
    Map<String, TopicDescription> descriptions =
        get(admin.describeTopics(present.keySet()).allTopicNames());
    Map<ConfigResource, Config> configs = configs(present.keySet());
    int brokers = get(admin.describeCluster().nodes()).size();
    present.forEach(
        (name, topic) -> {
          TopicDescription actual = Objects.requireNonNull(descriptions.get(name), name);
          partitions(problems, topic, actual);
          replicas(problems, layout, actual, brokers);
          Config config = configs.get(new ConfigResource(ConfigResource.Type.TOPIC, name));
          topic.config().forEach((key, value) -> compare(problems, name, config, key, value));
        });
    return problems;
  }

  private Map<ConfigResource, Config> configs(Set<String> topics) {
    List<ConfigResource> resources =
        topics.stream().map(name -> new ConfigResource(ConfigResource.Type.TOPIC, name)).toList();
    return get(admin.describeConfigs(resources).all());
  }

  private static void partitions(
      List<String> problems, Topics.Definition topic, TopicDescription actual) {
    int partitions = actual.partitions().size();
    if (partitions != topic.partitions()) {
      problems.add(
          "topic %s has %d partitions, expected %d"
              .formatted(topic.name(), partitions, topic.partitions()));
    }
  }

  private static void replicas(
      List<String> problems, TopicLayout layout, TopicDescription topic, int brokers) {
    int fewest = topic.partitions().stream().mapToInt(p -> p.replicas().size()).min().orElseThrow();
    if (fewest < layout.replicas()) {
      problems.add(
          "topic %s has %d replicas, expected %d"
              .formatted(topic.name(), fewest, layout.replicas()));
    } else if (layout.replicas() == 0 && fewest == 1 && brokers >= BROKERS_FOR_COPIES) {
      problems.add(
          "topic %s has one replica on %d brokers: set kafka.replicas"
              .formatted(topic.name(), brokers));
    }
  }

  private static void compare(
      List<String> problems, String topic, @Nullable Config config, String key, String expected) {
    ConfigEntry entry = config == null ? null : config.get(key);
    String actual = entry == null ? "unset" : String.valueOf(entry.value());
    if (!expected.equals(actual)) {
      problems.add("topic %s has %s=%s, expected %s".formatted(topic, key, actual, expected));
    }
  }

  private static <T> T get(org.apache.kafka.common.KafkaFuture<T> future) {
    try {
      return future.get(TIMEOUT.toMillis(), TimeUnit.MILLISECONDS);
    } catch (ExecutionException e) {
      if (e.getCause() instanceof RuntimeException cause) {
        throw cause;
      }
      throw new KafkaException(e.getCause());
    } catch (TimeoutException e) {
      throw new KafkaUnavailableException("the broker did not answer within " + TIMEOUT);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new KafkaUnavailableException("interrupted");
    }
  }

  private static String causeOf(Exception e) {
    Throwable cause = e.getCause() == null ? e : e.getCause();
    return cause.getMessage() == null ? cause.getClass().getSimpleName() : cause.getMessage();
  }

  @Override
  public void close() {
    admin.close(Duration.ofSeconds(1));
  }
}
