package dev.headwater.events.kafka;

/**
 * How topics are spread over brokers.
 *
 * @param partitions of the topics keyed by user or item
 * @param replicas copies of every topic; 0: as many as the broker's default says
 * @param minInSync copies that must hold a record before it is acknowledged; 0: as the broker's
 *     default says
 */
public record TopicLayout(int partitions, int replicas, int minInSync) {
  /** Checks that a record can be acknowledged at all. */
  public TopicLayout {
    if (partitions < 1) {
      throw new IllegalArgumentException("partitions must be at least 1");
    }
    if (replicas < 0 || replicas > Short.MAX_VALUE || minInSync < 0) {
      throw new IllegalArgumentException("replicas and min-in-sync must not be below 0");
    }
    if (replicas > 0 && minInSync > replicas) {
      throw new IllegalArgumentException(
          "min-in-sync is %d of %d replicas: no record would ever be acknowledged"
              .formatted(minInSync, replicas));
    }
  }

  /** One that leaves copies to the broker. */
  public static TopicLayout of(int partitions) {
    return new TopicLayout(partitions, 0, 0);
  }
}
