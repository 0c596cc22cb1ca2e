package dev.headwater.launcher.cli;

import dev.headwater.events.Topics;
import dev.headwater.events.kafka.KafkaSettings;
import dev.headwater.events.kafka.Permission;
import dev.headwater.events.kafka.TopicAdmin;
import dev.headwater.events.kafka.TopicLayout;
import dev.headwater.ingest.IngestConfig;
import dev.headwater.mapping.TopicMapping;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.TreeMap;
import java.util.stream.Collectors;
import org.apache.kafka.common.acl.AclOperation;

/** Topics and user as the Strimzi operator takes them, from what {@code topics create} makes. */
final class StrimziManifests {
  private static final String API = "kafka.strimzi.io/v1beta2";

  /**
   * Whose cluster they belong to.
   *
   * @param cluster name of the {@code Kafka} object
   * @param user name of the {@code KafkaUser}
   * @param authentication {@code scram-sha-512} or {@code tls}
   */
  record Installation(String cluster, String user, String authentication) {}

  private final Installation installation;
  private final StringBuilder yaml = new StringBuilder();

  private StrimziManifests(Installation installation) {
    this.installation = installation;
  }

  /** Returns the objects of an installation as a stream of documents. */
  static String of(
      KafkaSettings kafka, TopicLayout layout, IngestConfig ingest, Installation installation) {
    StrimziManifests manifests = new StrimziManifests(installation);
    for (Topics.Definition topic : TopicAdmin.definitions(kafka.topics(), layout)) {
      manifests.topic(topic, layout);
    }
    List<String> mapped = ingest.mappings().stream().map(TopicMapping::topic).toList();
    manifests.user(Permission.of(kafka.topics(), ingest.applicationId(), mapped));
    return manifests.yaml.toString();
  }

  private void topic(Topics.Definition topic, TopicLayout layout) {
    head("KafkaTopic", objectName(topic.name()));
    line("spec:");
    line("  topicName: " + text(topic.name()));
    line("  partitions: " + topic.partitions());
    if (layout.replicas() > 0) {
      line("  replicas: " + layout.replicas());
    }
    line("  config:");
    new TreeMap<>(topic.config()).forEach((key, value) -> line("    " + key + ": " + text(value)));
  }

  private void user(List<Permission> permissions) {
    head("KafkaUser", installation.user());
    line("spec:");
    line("  authentication: {type: " + installation.authentication() + "}");
    line("  authorization:");
    line("    type: simple");
    line("    acls:");
    for (Permission permission : permissions) {
      line(
          "      - {resource: {type: %s, name: %s, patternType: %s}, operations: [%s]}"
              .formatted(
                  Map.of("TOPIC", "topic", "GROUP", "group", "TRANSACTIONAL_ID", "transactionalId")
                      .get(permission.type().name()),
                  text(permission.name()),
                  permission.prefixed() ? "prefix" : "literal",
                  permission.operations().stream()
                      .map(StrimziManifests::word)
                      .collect(Collectors.joining(", "))));
    }
  }

  /** Strimzi's word: {@code All}, {@code Read}. */
  private static String word(AclOperation operation) {
    return operation.name().charAt(0) + operation.name().substring(1).toLowerCase(Locale.ROOT);
  }

  private void head(String kind, String name) {
    line("---");
    line("apiVersion: " + API);
    line("kind: " + kind);
    line("metadata:");
    line("  name: " + name);
    line("  labels: {strimzi.io/cluster: " + text(installation.cluster()) + "}");
  }

  /**
   * Kubernetes takes fewer letters than Kafka; the topic's own name stands in {@code topicName}.
   */
  static String objectName(String topic) {
    String name = topic.toLowerCase(Locale.ROOT).replaceAll("[^a-z0-9.-]", "-");
    return name.replaceAll("^[.-]+|[.-]+$", "").replaceAll("[.-]*\\.[.-]*", ".");
  }

  /** Quoted, so that "-1" and "true" stay texts. */
  private static String text(String value) {
    return '"' + value.replace("\\", "\\\\").replace("\"", "\\\"") + '"';
  }

  private void line(String text) {
    yaml.append(text).append('\n');
  }
}
