package dev.headwater.events.kafka;

/** The kinds of Kafka client that have options of their own, beside those of all. */
public enum ClientKind {
  /** Writes records. */
  PRODUCER,
  /** Reads records. */
  CONSUMER,
  /** Looks after topics and groups. */
  ADMIN
}
