package dev.headwater.ingest;

import dev.headwater.events.kafka.KafkaUnavailableException;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;

/**
 * Compares ingest's own topics (stores, re-keyed records) with the public ones they belong to. They
 * keep the count they were made with: with partitions added to a public topic, a user's events
 * would go where the user's history is not, and Kafka Streams would stop with an error that names
 * neither.
 */
final class InternalTopics {
  private static final Set<String> OF_CATALOG =
      Set.of(
          IngestStores.ITEM_LIVES, IngestStores.STRAY_ITEMS, "catalog-strays", "deletions-items");

  private InternalTopics() {}

  /**
   * Returns when all fit.
   *
   * @param applicationId prefix of the topics' names
   * @param partitions of the public topics
   * @param counts of the topics that there are
   * @throws KafkaUnavailableException that says which do not
   */
  static void requireFit(
      String applicationId, IngestTopology.Partitions partitions, Map<String, Integer> counts) {
    new TreeMap<>(counts)
        .forEach(
            (topic, count) -> {
              String store = topic.substring(applicationId.length() + 1);
              boolean ofCatalog = OF_CATALOG.stream().anyMatch(store::startsWith);
              int wanted = ofCatalog ? partitions.catalog() : partitions.interactions();
              if (isOurs(store) && count != wanted) {
                throw new KafkaUnavailableException(
                    "%s now has %d partitions, but ingest has run with %d (topic %s): a key's place would change; give the topic its former count back, or copy it into new topics under another kafka.topic-prefix"
                        .formatted(ofCatalog ? "catalog" : "interactions", wanted, count, topic));
              }
            });
  }

  private static boolean isOurs(String name) {
    return name.endsWith("-changelog") || name.endsWith("-repartition");
  }
}
