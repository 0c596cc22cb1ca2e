package dev.headwater.jobs.coldstart;

import com.google.protobuf.InvalidProtocolBufferException;
import dev.headwater.events.wire.AcceptedItem;
import dev.headwater.events.wire.EmbeddingRow;
import dev.headwater.idp.text.ItemText;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Consumer;
import org.apache.kafka.clients.consumer.ConsumerRecord;

/**
 * Encodes the texts of items whose rows another text encoder made, from {@code catalog.accepted}. A
 * row is matched with its text by incarnation and revision: a newer text is on its way through the
 * job itself. For one thread.
 */
final class ReencodedRows {
  private static final int BATCH = 32;

  private final Surroundings around;
  private final DomainLine line;
  private final ColdStartStats stats;
  private final Consumer<List<EmbeddingRow>> out;
  private final Map<String, EmbeddingRow> wanted = new HashMap<>();
  private final List<AcceptedItem> items = new ArrayList<>();

  ReencodedRows(
      Surroundings around,
      DomainLine line,
      ColdStartStats stats,
      Consumer<List<EmbeddingRow>> out,
      List<EmbeddingRow> rows) {
    this.around = around;
    this.line = line;
    this.stats = stats;
    this.out = out;
    rows.forEach(row -> wanted.put(row.getItem(), row));
  }

  void run() {
    around.readWhole(around.topics().acceptedItems(), this::take);
    flush();
  }

  private void take(ConsumerRecord<byte[], byte[]> record) {
    if (record.value() == null) {
      return;
    }
    try {
      AcceptedItem item = AcceptedItem.parseFrom(record.value());
      EmbeddingRow row = wanted.get(item.getItem());
      if (row != null
          && item.getDomain().equals(line.model().domain())
          && item.getIncarnation() == row.getIncarnation()
          && item.getRevision() == row.getRevision()) {
        wanted.remove(item.getItem());
        items.add(item);
      }
    } catch (InvalidProtocolBufferException e) {
      return; // the job itself has sent it to the dead letters
    }
    if (items.size() >= BATCH) {
      flush();
    }
  }

  private void flush() {
    if (items.isEmpty()) {
      return;
    }
    long nowMs = around.nowMs();
    List<AcceptedItem> fit = new ArrayList<>();
    List<String> texts = new ArrayList<>();
    List<EmbeddingRow> made = new ArrayList<>();
    for (AcceptedItem item : items) {
      String text = ItemText.of(item.getTitle(), item.getBrand(), item.getCategoriesList());
      if (line.encoder().unfit(text) == null) {
        fit.add(item);
        texts.add(text);
      } else {
        made.add(line.maker().fallback(item, nowMs));
      }
    }
    if (!fit.isEmpty()) {
      made.addAll(List.of(line.maker().make(fit, line.encoder().encode(texts), nowMs)));
      stats.encoded.add(fit.size());
    }
    out.accept(made);
    items.clear();
  }
}
