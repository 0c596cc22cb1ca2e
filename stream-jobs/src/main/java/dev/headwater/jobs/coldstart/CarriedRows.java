package dev.headwater.jobs.coldstart;

import dev.headwater.events.Keys;
import dev.headwater.events.LightRows;
import dev.headwater.events.MergedRow;
import dev.headwater.events.RowLog;
import dev.headwater.events.RowRecord;
import dev.headwater.events.Vectors;
import dev.headwater.events.json.RejectedRecordException;
import dev.headwater.events.kafka.KafkaSettings;
import dev.headwater.events.wire.AcceptedItem;
import dev.headwater.events.wire.EmbeddingRow;
import dev.headwater.jobs.DomainModel;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Predicate;
import java.util.stream.Collectors;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.serialization.ByteArraySerializer;

/**
 * Makes the rows of a new bundle for all items that have one under another. The text vectors travel
 * in cold rows, so that no text is encoded again unless the new bundle has another text encoder:
 * then the texts are read from {@code catalog.accepted}. Items that have a row under the new bundle
 * are left alone, so it may be run as often as one likes.
 */
final class CarriedRows {
  private static final int BATCH = 64;

  private final KafkaSettings kafka;
  private final ColdStartStats stats;

  CarriedRows(KafkaSettings kafka, ColdStartStats stats) {
    this.kafka = kafka;
    this.stats = stats;
  }

  /**
   * Makes and sends what is missing under the line's bundle; returns how many rows were missing.
   *
   * @param sameTexts tells of another bundle whether the line's encoder made its text vectors
   */
  int carry(DomainLine line, Predicate<String> sameTexts) {
    List<EmbeddingRow> missing =
        newestOfOthers(line).values().stream()
            .filter(row -> line.items().cold(row.getItem()) == null)
            .toList();
    if (missing.isEmpty()) {
      return 0;
    }
    Map<Boolean, List<EmbeddingRow>> carries =
        missing.stream()
            .collect(
                Collectors.partitioningBy(
                    row -> !row.hasTextVector() || sameTexts.test(row.getModel())));
    List<EmbeddingRow> carried = carries.getOrDefault(true, List.of());
    List<EmbeddingRow> anew = carries.getOrDefault(false, List.of());
    try (KafkaProducer<byte[], byte[]> producer =
        new KafkaProducer<>(
            kafka.producer(), new ByteArraySerializer(), new ByteArraySerializer())) {
      for (int from = 0; from < carried.size(); from += BATCH) {
        send(
            producer,
            line,
            make(line, carried.subList(from, Math.min(from + BATCH, carried.size()))));
      }
      if (!anew.isEmpty()) {
        new EncodedAnew(line, stats, rows -> send(producer, line, stamped(rows)), anew).run(kafka);
      }
      producer.flush();
    }
    return missing.size();
  }

  private void send(
      KafkaProducer<byte[], byte[]> producer, DomainLine line, List<EmbeddingRow> rows) {
    for (EmbeddingRow row : rows) {
      byte[] key = line.model().rowKey(row.getItem()).getBytes(StandardCharsets.UTF_8);
      // A send that fails shows as a row that is missing in the next pass.
      var unused =
          producer.send(
              new ProducerRecord<>(kafka.topics().coldStartRows(), key, row.toByteArray()));
      stats.rows.increment();
    }
  }

  private static List<EmbeddingRow> make(DomainLine line, List<EmbeddingRow> old) {
    long nowMs = System.currentTimeMillis();
    List<AcceptedItem> items = new ArrayList<>();
    List<float[]> texts = new ArrayList<>();
    List<EmbeddingRow> made = new ArrayList<>();
    for (EmbeddingRow row : old) {
      AcceptedItem item = EarlyRows.item(row);
      if (row.hasTextVector()) {
        items.add(item);
        texts.add(Vectors.unpack(row.getTextVector()));
      } else {
        made.add(line.maker().fallback(item, nowMs));
      }
    }
    if (!items.isEmpty()) {
      made.addAll(List.of(line.maker().make(items, texts.toArray(new float[0][]), nowMs)));
    }
    return stamped(made);
  }

  /** Epoch 0: a row that is carried over gives way to any that is decided about. */
  private static List<EmbeddingRow> stamped(List<EmbeddingRow> rows) {
    return rows.stream()
        .map(
            row ->
                row.toBuilder()
                    .setVersion(row.getVersion().toBuilder().setEpoch(0))
                    .setPublishedMs(System.currentTimeMillis())
                    .build())
        .toList();
  }

  /** Reads the topic once; of several bundles' rows of an item the newest text counts. */
  private Map<String, EmbeddingRow> newestOfOthers(DomainLine line) {
    RowLog rows = new RowLog(kafka.topics());
    Map<Keys.RowKey, MergedRow> byKey = new HashMap<>();
    WholeTopic.read(
        kafka, kafka.topics().coldStartRows(), record -> take(rows, line, record, byKey));
    Map<String, EmbeddingRow> newest = new HashMap<>();
    for (MergedRow merged : byKey.values()) {
      EmbeddingRow row = merged.cold();
      if (row != null) {
        newest.merge(row.getItem(), row, CarriedRows::newer);
      }
    }
    return newest;
  }

  private static void take(
      RowLog rows,
      DomainLine line,
      ConsumerRecord<byte[], byte[]> record,
      Map<Keys.RowKey, MergedRow> byKey) {
    DomainModel model = line.model();
    try {
      RowRecord row =
          rows.read(
              record,
              key -> key.domain().equals(model.domain()) && !key.model().equals(model.bundleId()));
      if (row != null) {
        byKey.merge(
            row.key(),
            MergedRow.EMPTY.with(row).mapCold(LightRows::withText),
            (was, is) -> was.with(row).mapCold(LightRows::withText));
      }
    } catch (RejectedRecordException e) {
      return; // the follower of the topic has reported it
    }
  }

  private static EmbeddingRow newer(EmbeddingRow a, EmbeddingRow b) {
    int order = Long.compare(a.getIncarnation(), b.getIncarnation());
    order = order == 0 ? Long.compare(a.getRevision(), b.getRevision()) : order;
    return order >= 0 ? a : b;
  }
}
