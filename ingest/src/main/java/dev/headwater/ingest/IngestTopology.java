package dev.headwater.ingest;

import dev.headwater.events.Deletion;
import dev.headwater.events.Topics;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.common.serialization.Serde;
import org.apache.kafka.common.serialization.Serdes;
import org.apache.kafka.streams.StreamsBuilder;
import org.apache.kafka.streams.Topology;
import org.apache.kafka.streams.kstream.Consumed;
import org.apache.kafka.streams.kstream.KStream;
import org.apache.kafka.streams.kstream.Named;
import org.apache.kafka.streams.kstream.Produced;
import org.apache.kafka.streams.kstream.Repartitioned;
import org.apache.kafka.streams.processor.api.ProcessorSupplier;

/**
 * The topology, a function of its arguments. Two parts of the same shape, and deletions that go to
 * the stores of both:
 *
 * <pre>
 * interactions ─► check ─┬─ at home ──────────────► histories ─► user-histories
 *                        ├─ stray ─► re-key topic ─► check ─┘
 *                        └─ refused ─► dead-letters
 * catalog ───────► check … items ─► catalog.accepted
 * deletions ─────► check ─┬─ users ─► re-key topic ─► histories ─► user-histories, receipts
 *                         └─ items ─► re-key topic ─► items ─────► catalog.accepted, receipts
 * </pre>
 *
 * Every processor, store and re-key topic has a name of its own, so that an upgrade of the code
 * keeps the state.
 */
public final class IngestTopology {
  private static final Serde<byte[]> BYTES = Serdes.ByteArray();
  private static final byte[] NOTHING = {};

  private final IngestConfig config;
  private final Topics topics;
  private final IngestMetrics metrics;
  private final IngestTracing tracing;
  private final HistorySeed seed;
  private final StreamsBuilder builder = new StreamsBuilder();

  private IngestTopology(
      IngestConfig config,
      Topics topics,
      IngestMetrics metrics,
      IngestTracing tracing,
      HistorySeed seed) {
    this.tracing = tracing;
    this.config = config;
    this.topics = topics;
    this.metrics = metrics;
    this.seed = seed;
  }

  /**
   * Builds it.
   *
   * @param config limits, domains, window
   * @param topics names
   * @param partitions of {@code interactions} and {@code catalog}
   * @param metrics counts what happens
   * @param tracing makes spans of interactions
   * @param seed fills an empty store of histories
   */
  static Topology build(
      IngestConfig config,
      Topics topics,
      Partitions partitions,
      IngestMetrics metrics,
      IngestTracing tracing,
      HistorySeed seed) {
    IngestTopology topology = new IngestTopology(config, topics, metrics, tracing, seed);
    topology.stores();
    topology.interactions(partitions.interactions());
    topology.catalog(partitions.catalog());
    topology.deletions(partitions);
    return topology.builder.build();
  }

  /**
   * Partition counts of the two public topics.
   *
   * @param interactions equal to that of {@code user-histories}
   * @param catalog equal to that of {@code catalog.accepted}
   */
  public record Partitions(int interactions, int catalog) {}

  /** Added once: processors that name the same store work on it in one task. */
  private void stores() {
    builder.addStateStore(IngestStores.histories());
    builder.addStateStore(IngestStores.leftEvents(config.dedupeWindow()));
    builder.addStateStore(IngestStores.deletedUsers());
    builder.addStateStore(IngestStores.itemLives());
    builder.addStateStore(IngestStores.strayItems());
  }

  private void interactions(int partitions) {
    HomePartition home = new HomePartition(partitions);
    KStream<byte[], Verdict> judged =
        judged(
            topics.interactions(),
            "interactions",
            partitions,
            () -> new InteractionCheck(config, metrics, tracing, home),
            () -> new InteractionCheck(config, metrics, tracing, null));
    deadLetters(judged, "interactions", IngestMetrics.Source.INTERACTIONS);
    heartbeats(judged, "interactions", topics.userHistories());
    only(judged, Verdict.Event.class, "interactions-events")
        .process(
            () -> new HistoryBuilder(config, metrics, tracing, seed),
            Named.as("histories-builder"),
            IngestStores.HISTORIES,
            IngestStores.ERASED_USERS,
            IngestStores.LEFT_EVENTS)
        .to(topics.userHistories(), Produced.with(BYTES, BYTES).withName("histories-sink"));
  }

  private void catalog(int partitions) {
    HomePartition home = new HomePartition(partitions);
    KStream<byte[], Verdict> judged =
        judged(
            topics.catalog(),
            "catalog",
            partitions,
            () -> new CatalogCheck(config, metrics, home),
            () -> new CatalogCheck(config, metrics, null));
    deadLetters(judged, "catalog", IngestMetrics.Source.CATALOG);
    heartbeats(judged, "catalog", topics.acceptedItems());
    KStream<byte[], Verdict.Item> items = only(judged, Verdict.Item.class, "catalog-items");
    items
        .process(StraySweeper::new, Named.as("catalog-sweeper"), IngestStores.STRAY_ITEMS)
        .to(topics.catalog(), StraySweeper.TOMBSTONES.withName("catalog-sweeper-sink"));
    items
        .process(
            () -> new ItemAcceptor(config, metrics, seed),
            Named.as("items-acceptor"),
            IngestStores.ITEM_LIVES,
            IngestStores.STRAY_ITEMS)
        .to(topics.acceptedItems(), Produced.with(BYTES, BYTES).withName("items-sink"));
  }

  private void deletions(Partitions partitions) {
    KStream<byte[], Verdict> judged =
        source(topics.deletions(), "deletions")
            .process(() -> new DeletionCheck(config), Named.as("deletions-check"));
    deadLetters(judged, "deletions", IngestMetrics.Source.DELETIONS);
    deleted(
        requests(judged, Deletion.Kind.USER, partitions.interactions())
            .process(
                () -> new UserDeleter(config, metrics),
                Named.as("users-deleter"),
                IngestStores.HISTORIES,
                IngestStores.ERASED_USERS),
        "users",
        topics.userHistories(),
        Produced.with(BYTES, BYTES));
    deleted(
        requests(judged, Deletion.Kind.ITEM, partitions.catalog())
            .process(
                () -> new ItemDeleter(metrics), Named.as("items-deleter"), IngestStores.ITEM_LIVES),
        "items",
        topics.acceptedItems(),
        Produced.with(BYTES, BYTES).withStreamPartitioner(Deleted.BESIDE_ITEM));
  }

  /** Brings requests to the partition that holds the state of their user or item. */
  private KStream<byte[], byte[]> requests(
      KStream<byte[], Verdict> judged, Deletion.Kind kind, int partitions) {
    String name = "deletions-" + kind.code() + "s";
    return only(judged, Verdict.DeletionRequest.class, name + "-requests")
        .filter((key, deletion) -> deletion.kind() == kind, Named.as(name))
        .mapValues(deletion -> NOTHING, Named.as(name + "-value"))
        .repartition(
            Repartitioned.<byte[], byte[]>as(name)
                .withKeySerde(BYTES)
                .withValueSerde(BYTES)
                .withNumberOfPartitions(partitions));
  }

  private void deleted(
      KStream<byte[], Deleted> deleted,
      String name,
      String topic,
      Produced<byte[], byte[]> produced) {
    deleted
        .filterNot((key, sent) -> sent.receipt(), Named.as(name + "-deleted"))
        .mapValues(Deleted::value, Named.as(name + "-deleted-value"))
        .to(topic, produced.withName(name + "-deleted-sink"));
    deleted
        .filter((key, sent) -> sent.receipt(), Named.as(name + "-receipts"))
        .mapValues(Deleted::value, Named.as(name + "-receipts-value"))
        .to(
            topics.deletionReceipts(),
            Produced.with(BYTES, BYTES).withName(name + "-receipts-sink"));
  }

  private KStream<byte[], byte[]> source(String topic, String name) {
    return builder.stream(
        topic,
        Consumed.with(BYTES, BYTES)
            .withTimestampExtractor(IngestTopology::recordTime)
            .withName(name + "-source"));
  }

  /** Checks records where they arrive and, those that stand in a wrong partition, once more. */
  private KStream<byte[], Verdict> judged(
      String topic,
      String name,
      int partitions,
      ProcessorSupplier<byte[], byte[], byte[], Verdict> check,
      ProcessorSupplier<byte[], byte[], byte[], Verdict> checkRekeyed) {
    KStream<byte[], Verdict> checked =
        source(topic, name).process(check, Named.as(name + "-check"));
    KStream<byte[], Verdict> rekeyed =
        only(checked, Verdict.Stray.class, name + "-strays")
            .mapValues(Verdict.Stray::value, Named.as(name + "-strays-value"))
            .repartition(
                Repartitioned.<byte[], byte[]>as(name + "-strays")
                    .withKeySerde(BYTES)
                    .withValueSerde(BYTES)
                    .withNumberOfPartitions(partitions))
            .process(checkRekeyed, Named.as(name + "-strays-check"));
    return checked.merge(rekeyed, Named.as(name + "-judged"));
  }

  /** A record without a time (very old clients) takes that of its predecessor. */
  private static long recordTime(ConsumerRecord<Object, Object> record, long partitionTimeMs) {
    return record.timestamp() >= 0 ? record.timestamp() : Math.max(0, partitionTimeMs);
  }

  private void deadLetters(
      KStream<byte[], Verdict> judged, String name, IngestMetrics.Source source) {
    only(judged, Verdict.Refused.class, name + "-refused")
        .process(() -> new DeadLetterWriter(metrics, source), Named.as(name + "-dead-letters"))
        .to(
            topics.deadLetters(),
            Produced.with(BYTES, BYTES).withName(name + "-dead-letters-sink"));
  }

  /** Beside the stores, but in the order and the transaction of the partition's other records. */
  private void heartbeats(KStream<byte[], Verdict> judged, String name, String topic) {
    only(judged, Verdict.Beat.class, name + "-heartbeats")
        .process(HeartbeatRelay::new, Named.as(name + "-heartbeats-relay"))
        .to(topic, Produced.with(BYTES, BYTES).withName(name + "-heartbeats-sink"));
  }

  private static <T extends Verdict> KStream<byte[], T> only(
      KStream<byte[], Verdict> stream, Class<T> type, String name) {
    return stream
        .filter((key, verdict) -> type.isInstance(verdict), Named.as(name))
        .mapValues(type::cast, Named.as(name + "-cast"));
  }
}
