package dev.headwater.ingest;

import dev.headwater.events.Deletion;
import java.io.File;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Properties;
import java.util.function.LongSupplier;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.common.serialization.Serdes;
import org.apache.kafka.streams.KeyValue;
import org.apache.kafka.streams.StreamsConfig;
import org.apache.kafka.streams.kstream.Windowed;
import org.apache.kafka.streams.processor.TaskId;
import org.apache.kafka.streams.processor.api.MockProcessorContext;
import org.apache.kafka.streams.processor.api.Processor;
import org.apache.kafka.streams.processor.api.Record;
import org.apache.kafka.streams.state.KeyValueIterator;
import org.apache.kafka.streams.state.KeyValueStore;
import org.apache.kafka.streams.state.Stores;
import org.apache.kafka.streams.state.WindowStore;
import org.jspecify.annotations.Nullable;

/** The processors of one partition and their stores. */
final class Task {
  private final int number;
  private final LongSupplier clockMs;
  private final MockProcessorContext<byte[], Object> context;
  private final Map<String, KeyValueStore<byte[], byte[]>> stores = new HashMap<>();
  private final WindowStore<byte[], byte[]> left;
  private final InteractionCheck checkInteraction;
  private final HistoryBuilder histories;
  private final CatalogCheck checkItem;
  private final ItemAcceptor items;
  private final DeletionCheck checkDeletion;
  private final UserDeleter users;
  private final ItemDeleter deleter;

  /** What changelogs hold. */
  @SuppressWarnings("ArrayRecordComponent") // bytes as they are
  record State(Map<String, List<KeyValue<byte[], byte[]>>> stores, List<Left> left) {
    /** An event that left its history. */
    record Left(byte[] key, byte[] value, long bucket) {}
  }

  Task(
      int number,
      HomePartition home,
      IngestConfig config,
      IngestMetrics metrics,
      HistorySeed seed,
      LongSupplier clockMs,
      @Nullable State from) {
    this.number = number;
    this.clockMs = clockMs;
    Properties properties = new Properties();
    properties.put(StreamsConfig.APPLICATION_ID_CONFIG, "simulation");
    properties.put(StreamsConfig.BOOTSTRAP_SERVERS_CONFIG, "unused:1");
    context = new MockProcessorContext<>(properties, new TaskId(0, number), new File("unused"));
    for (String name :
        List.of(IngestStores.HISTORIES, IngestStores.ERASED_USERS, IngestStores.ITEM_LIVES)) {
      KeyValueStore<byte[], byte[]> store =
          Stores.keyValueStoreBuilder(
                  Stores.inMemoryKeyValueStore(name), Serdes.ByteArray(), Serdes.ByteArray())
              .withLoggingDisabled()
              .withCachingDisabled()
              .build();
      store.init(context.getStateStoreContext(), store);
      context.addStateStore(store);
      stores.put(name, store);
    }
    left =
        Stores.windowStoreBuilder(
                Stores.inMemoryWindowStore(
                    IngestStores.LEFT_EVENTS,
                    config.dedupeWindow().multipliedBy(2),
                    config.dedupeWindow(),
                    false),
                Serdes.ByteArray(),
                Serdes.ByteArray())
            .withLoggingDisabled()
            .withCachingDisabled()
            .build();
    left.init(context.getStateStoreContext(), left);
    context.addStateStore(left);
    if (from != null) {
      from.stores().forEach((name, pairs) -> pairs.forEach(p -> store(name).put(p.key, p.value)));
      from.left().forEach(each -> left.put(each.key(), each.value(), each.bucket()));
    }
    context.setCurrentSystemTimeMs(clockMs.getAsLong());
    checkInteraction = begun(new InteractionCheck(config, metrics, IngestTracing.OFF, home));
    histories = begun(new HistoryBuilder(config, metrics, IngestTracing.OFF, seed));
    checkItem = begun(new CatalogCheck(config, metrics, home));
    items = begun(new ItemAcceptor(config, metrics, seed));
    checkDeletion = begun(new DeletionCheck(config));
    users = begun(new UserDeleter(config, metrics));
    deleter = begun(new ItemDeleter(metrics));
  }

  int number() {
    return number;
  }

  private KeyValueStore<byte[], byte[]> store(String name) {
    return java.util.Objects.requireNonNull(stores.get(name));
  }

  @SuppressWarnings("unchecked") // one context for all: what is forwarded goes on by hand
  private <V, P extends Processor<byte[], ?, byte[], V>> P begun(P processor) {
    processor.init((MockProcessorContext<byte[], V>) (MockProcessorContext<byte[], ?>) context);
    return processor;
  }

  @SuppressWarnings("unchecked")
  private <I, O> List<Record<byte[], O>> run(
      Processor<byte[], I, byte[], O> processor, Record<byte[], I> record) {
    context.setCurrentSystemTimeMs(clockMs.getAsLong());
    processor.process(record);
    List<Record<byte[], O>> out = new ArrayList<>();
    context
        .forwarded()
        .forEach(each -> out.add((Record<byte[], O>) (Record<byte[], ?>) each.record()));
    context.resetForwards();
    return out;
  }

  private Record<byte[], byte[]> at(ConsumerRecord<byte[], byte[]> record) {
    context.setRecordMetadata(record.topic(), record.partition(), record.offset());
    return new Record<>(record.key(), record.value(), record.timestamp(), record.headers());
  }

  List<Record<byte[], byte[]>> interaction(ConsumerRecord<byte[], byte[]> record) {
    List<Record<byte[], byte[]>> out = new ArrayList<>();
    for (Record<byte[], Verdict> judged : run(checkInteraction, at(record))) {
      if (judged.value() instanceof Verdict.Event event) {
        out.addAll(run(histories, judged.withValue(event)));
      } else {
        throw new AssertionError("a good click is refused: " + judged.value());
      }
    }
    return out;
  }

  List<Record<byte[], byte[]>> item(ConsumerRecord<byte[], byte[]> record) {
    List<Record<byte[], byte[]>> out = new ArrayList<>();
    for (Record<byte[], Verdict> judged : run(checkItem, at(record))) {
      if (judged.value() instanceof Verdict.Item item) {
        out.addAll(run(items, judged.withValue(item)));
      } else {
        throw new AssertionError("a good item is refused: " + judged.value());
      }
    }
    return out;
  }

  List<Record<byte[], Verdict>> checkDeletion(ConsumerRecord<byte[], byte[]> record) {
    return run(checkDeletion, at(record));
  }

  List<Record<byte[], Deleted>> delete(Deletion.Kind kind, Record<byte[], Verdict> request) {
    Record<byte[], byte[]> bare = request.withValue(new byte[0]);
    return kind == Deletion.Kind.USER ? run(users, bare) : run(deleter, bare);
  }

  State state() {
    Map<String, List<KeyValue<byte[], byte[]>>> kept = new HashMap<>();
    stores.forEach(
        (name, store) -> {
          List<KeyValue<byte[], byte[]>> pairs = new ArrayList<>();
          try (KeyValueIterator<byte[], byte[]> all = store.all()) {
            all.forEachRemaining(pairs::add);
          }
          kept.put(name, pairs);
        });
    List<State.Left> events = new ArrayList<>();
    try (KeyValueIterator<Windowed<byte[]>, byte[]> all = left.all()) {
      all.forEachRemaining(
          each ->
              events.add(new State.Left(each.key.key(), each.value, each.key.window().start())));
    }
    return new State(kept, events);
  }
}
