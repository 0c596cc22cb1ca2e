package dev.headwater.events.kafka;

import dev.headwater.events.Topics;
import java.io.Serializable;
import java.util.EnumMap;
import java.util.Map;
import java.util.Properties;

/**
 * How to reach Kafka: the same for every part. Serializable, so that Flink can ship it to
 * operators.
 *
 * @param bootstrap {@code host:port[,host:port…]}
 * @param topics topic names with the tenant's prefix
 * @param client settings passed to every client as they are (TLS, SASL)
 * @param options of one kind of client; they win over the defaults below, and over {@code client}
 */
public record KafkaSettings(
    String bootstrap,
    Topics topics,
    Map<String, String> client,
    Map<ClientKind, Map<String, String>> options)
    implements Serializable {

  /** Copies the maps. */
  public KafkaSettings {
    client = Map.copyOf(client);
    Map<ClientKind, Map<String, String>> copy = new EnumMap<>(ClientKind.class);
    for (ClientKind kind : ClientKind.values()) {
      copy.put(kind, Map.copyOf(options.getOrDefault(kind, Map.of())));
    }
    options = copy;
  }

  /** Makes settings without options of one kind of client. */
  public KafkaSettings(String bootstrap, Topics topics, Map<String, String> client) {
    this(bootstrap, topics, client, Map.of());
  }

  /** Returns settings without prefix or security. */
  public static KafkaSettings of(String bootstrap) {
    return new KafkaSettings(bootstrap, Topics.DEFAULT, Map.of());
  }

  /** Returns the same with other topics. */
  public KafkaSettings with(Topics others) {
    return new KafkaSettings(bootstrap, others, client, options);
  }

  /** Returns the options of one kind of client. */
  public Map<String, String> of(ClientKind kind) {
    return options.getOrDefault(kind, Map.of());
  }

  /** Returns what every client needs: bootstrap and the passed-through settings. */
  public Properties common() {
    Properties properties = new Properties();
    properties.putAll(client);
    properties.put("bootstrap.servers", bootstrap);
    return properties;
  }

  /** Returns settings of a producer that loses nothing and does not wait to fill batches. */
  public Properties producer() {
    Properties properties = common();
    properties.put("acks", "all");
    properties.put("enable.idempotence", "true");
    properties.put("linger.ms", "2");
    properties.put("compression.type", "lz4");
    properties.put("delivery.timeout.ms", "120000");
    properties.put("max.request.size", Integer.toString(4 << 20)); // the broker's limits decide
    properties.putAll(of(ClientKind.PRODUCER));
    return properties;
  }

  /** Returns settings of a consumer that reads committed records and commits nothing by itself. */
  public Properties consumer() {
    Properties properties = common();
    properties.put("enable.auto.commit", "false");
    properties.put("isolation.level", "read_committed");
    properties.put("auto.offset.reset", "earliest");
    // A record is fetched at once. An idle consumer asks so often, and to close waits as long.
    properties.put("fetch.max.wait.ms", "100");
    properties.put("allow.auto.create.topics", "false");
    properties.putAll(of(ClientKind.CONSUMER));
    return properties;
  }

  /** Returns settings of a client that looks after topics and groups. */
  public Properties admin() {
    Properties properties = common();
    properties.putAll(of(ClientKind.ADMIN));
    return properties;
  }

  /** Names the client's settings and shows no value: one of them may be a password. */
  @Override
  public String toString() {
    return "KafkaSettings[bootstrap="
        + bootstrap
        + ", prefix="
        + topics.prefix()
        + ", client="
        + client.keySet().stream().sorted().toList()
        + names(", producer=", ClientKind.PRODUCER)
        + names(", consumer=", ClientKind.CONSUMER)
        + names(", admin=", ClientKind.ADMIN)
        + "]";
  }

  private String names(String title, ClientKind kind) {
    return of(kind).isEmpty() ? "" : title + of(kind).keySet().stream().sorted().toList();
  }
}
