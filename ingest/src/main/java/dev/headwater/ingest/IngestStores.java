package dev.headwater.ingest;

import java.time.Duration;
import java.util.Map;
import org.apache.kafka.common.serialization.Serdes;
import org.apache.kafka.streams.state.KeyValueStore;
import org.apache.kafka.streams.state.StoreBuilder;
import org.apache.kafka.streams.state.Stores;
import org.apache.kafka.streams.state.WindowStore;

/**
 * The local stores. Their names are part of the changelog topics' names: never rename one without a
 * migration.
 */
final class IngestStores {
  /** {@code domain/user} to the history as published; bounded by the number of users. */
  static final String HISTORIES = "histories";

  /** Hashes of events that left their history; bounded by the dedupe window. */
  static final String LEFT_EVENTS = "left-events";

  /** {@code domain/user} to {@link DeletedUser}, 16 bytes; bounded by the users ever deleted. */
  static final String ERASED_USERS = "erased-users";

  /** {@code domain/item} to {@link ItemIncarnation}, 41 bytes; bounded by the items ever seen. */
  static final String ITEM_LIVES = "item-lives";

  /**
   * {@code domain/item} to the other partitions of {@code catalog} where it stands, a bit each;
   * bounded by the items that other clients sent there and that have not ended.
   */
  static final String STRAY_ITEMS = "stray-items";

  private static final Map<String, String> CHANGELOG =
      Map.of("max.compaction.lag.ms", Long.toString(Duration.ofDays(1).toMillis()));

  private IngestStores() {}

  static StoreBuilder<KeyValueStore<byte[], byte[]>> histories() {
    return Stores.keyValueStoreBuilder(
            Stores.persistentKeyValueStore(HISTORIES), Serdes.ByteArray(), Serdes.ByteArray())
        .withLoggingEnabled(CHANGELOG)
        .withCachingEnabled();
  }

  static StoreBuilder<KeyValueStore<byte[], byte[]>> deletedUsers() {
    return Stores.keyValueStoreBuilder(
            Stores.persistentKeyValueStore(ERASED_USERS), Serdes.ByteArray(), Serdes.ByteArray())
        .withLoggingEnabled(CHANGELOG)
        .withCachingEnabled();
  }

  static StoreBuilder<WindowStore<byte[], byte[]>> leftEvents(Duration dedupeWindow) {
    return Stores.windowStoreBuilder(
            Stores.persistentWindowStore(
                LEFT_EVENTS, dedupeWindow.multipliedBy(2), dedupeWindow, false),
            Serdes.ByteArray(),
            Serdes.ByteArray())
        .withLoggingEnabled(Map.of());
  }

  static StoreBuilder<KeyValueStore<byte[], byte[]>> itemLives() {
    return Stores.keyValueStoreBuilder(
            Stores.persistentKeyValueStore(ITEM_LIVES), Serdes.ByteArray(), Serdes.ByteArray())
        .withLoggingEnabled(CHANGELOG);
  }

  static StoreBuilder<KeyValueStore<byte[], byte[]>> strayItems() {
    return Stores.keyValueStoreBuilder(
            Stores.persistentKeyValueStore(STRAY_ITEMS), Serdes.ByteArray(), Serdes.ByteArray())
        .withLoggingEnabled(CHANGELOG);
  }
}
