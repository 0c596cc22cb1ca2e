package dev.headwater.jobs.coldstart;

import dev.headwater.events.DeletionHeader;
import dev.headwater.events.DeletionTime;
import dev.headwater.events.IncarnationHeader;
import dev.headwater.events.ItemRequest;
import dev.headwater.events.Keys;
import dev.headwater.events.MergedRow;
import dev.headwater.events.Vectors;
import dev.headwater.events.wire.AcceptedItem;
import dev.headwater.events.wire.EmbeddingRow;
import dev.headwater.jobs.DomainModel;
import dev.headwater.jobs.coldstart.WrittenRows.Text;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.apache.kafka.clients.producer.Producer;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.KafkaException;
import org.apache.kafka.common.errors.InterruptException;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Makes rows of items that nobody clicked yet again from time to time: the domain's trained items,
 * from which they are made, are few and raw at first. A row that was made before the domain had any
 * would otherwise stay as the sources left it. Only what the job decided last is made again, under
 * the lock that decisions take, so that a newer text or a tombstone always comes after it. For one
 * thread.
 */
final class EarlyRows implements AutoCloseable {
  /** Most rows made again in one pass; the next pass goes on behind them. */
  private static final int PASS = 2_000;

  private static final int BATCH = 64;

  private static final Logger LOG = LoggerFactory.getLogger(EarlyRows.class);

  /** Growth of the trained items below which nothing is made again. */
  private static final double GROWTH = 1.1;

  private final Surroundings around;
  private final ColdStartStats stats;
  private final WrittenRows written;
  private final Producer<byte[], byte[]> producer;
  private final boolean alone;
  private final Map<DomainModel, Progress> progress = new HashMap<>();

  /** Where the passes over a line stand. */
  private static final class Progress {
    private String behind = "";
    private int trained;
  }

  /**
   * Opens a producer.
   *
   * @param alone whether no other subtask decides about items; else only those are made again that
   *     this one decided about
   */
  EarlyRows(Surroundings around, ColdStartStats stats, WrittenRows written, boolean alone) {
    this.around = around;
    this.alone = alone;
    this.stats = stats;
    this.written = written;
    this.producer = around.producer();
  }

  /** Begins a pass over a line; null where none is due. */
  @Nullable Pass begin(DomainLine line, int warmRows) {
    Progress at = progress.computeIfAbsent(line.model(), model -> new Progress());
    int trained = line.items().trained().count();
    if (at.behind.isEmpty() && (trained < warmRows || trained < at.trained * GROWTH)) {
      return null;
    }
    return new Pass(line, at, trained);
  }

  /** A pass over a line: the rows that it makes again, some at a time. */
  final class Pass {
    private final DomainLine line;
    private final Progress at;
    private final int trained;
    private final List<EmbeddingRow> due;
    private int next;

    private Pass(DomainLine line, Progress at, int trained) {
      this.line = line;
      this.at = at;
      this.trained = trained;
      String behind = at.behind;
      due =
          line.items().early().stream()
              .filter(row -> row.getItem().compareTo(behind) > 0)
              .sorted(Comparator.comparing(EmbeddingRow::getItem))
              .limit(PASS)
              .toList();
    }

    DomainLine line() {
      return line;
    }

    /** Makes some again; tells whether there are more. One that fails is to be begun anew. */
    boolean goOn() {
      int until = Math.min(next + BATCH, due.size());
      if (next < until) {
        again(line, due.subList(next, until));
      }
      next = until;
      if (next < due.size()) {
        return true;
      }
      if (at.behind.isEmpty()) {
        at.trained = trained;
      }
      at.behind = due.size() < PASS ? "" : due.get(due.size() - 1).getItem();
      return false;
    }
  }

  private void again(DomainLine line, List<EmbeddingRow> old) {
    List<AcceptedItem> items = old.stream().map(EarlyRows::item).toList();
    float[][] texts =
        old.stream().map(row -> Vectors.unpack(row.getTextVector())).toArray(float[][]::new);
    EmbeddingRow[] made = line.maker().make(items, texts, around.nowMs());
    List<EmbeddingRow> sent = new ArrayList<>();
    written.hold(
        () -> {
          for (int i = 0; i < made.length; i++) {
            if (isLast(line, old.get(i))) {
              send(line, made[i]);
              sent.add(made[i]);
            }
          }
          producer.flush();
        });
    stats.refreshed.add(sent.size());
  }

  /**
   * Sends once more what counts, for items of which a writer that came back late has the last word
   * in the topic: compaction keeps the last record, readers the one that counts, and the two must
   * meet.
   */
  void repair(DomainLine line) {
    Set<String> overtaken = line.items().overtaken();
    for (String id : overtaken.stream().sorted().limit(PASS).toList()) {
      overtaken.remove(id); // comes again if what is sent now is not the last either
      try {
        repair(line, id);
      } catch (KafkaException e) {
        overtaken.add(id);
        throw e;
      }
    }
  }

  private void repair(DomainLine line, String id) {
    String requested = ItemRequest.item(id);
    if (requested == null) {
      repair(line, id, line.items().row(id));
      return;
    }
    TargetItems.Request request = line.items().request(requested);
    sendAgain(line, id, null, request.over(), request.deletedMs());
  }

  private void repair(DomainLine line, String item, MergedRow known) {
    EmbeddingRow cold = known.cold();
    long ended = known.ended().incarnation();
    boolean newer =
        cold == null
            ? written.hasNewer(line.model().rowKey(item), ended)
            : hasNewer(line, item, Text.of(cold));
    if (newer) {
      return; // it is under way, and comes behind
    }
    if (cold == null) {
      // Whoever reads on from here owes a receipt as well.
      sendAgain(line, item, null, ended, line.items().deletedMs(item));
    } else {
      sendAgain(line, item, again(line, cold).toByteArray(), IncarnationHeader.NONE, 0);
    }
  }

  /**
   * Sends what counts under a key.
   *
   * @param ended the incarnation that it ends, {@link IncarnationHeader#NONE} for none
   * @param deletedMs the time of the request that it goes back to, 0 for none
   */
  private void sendAgain(
      DomainLine line, String id, byte @Nullable [] value, long ended, long deletedMs) {
    String key = line.model().rowKey(id);
    ProducerRecord<byte[], byte[]> record =
        new ProducerRecord<>(
            around.topics().coldStartRows(), key.getBytes(StandardCharsets.UTF_8), value);
    if (ended != IncarnationHeader.NONE) {
      record.headers().add(IncarnationHeader.of(ended));
    }
    if (deletedMs > 0) {
      record.headers().add(DeletionHeader.of(deletedMs));
    }
    LOG.warn("row {} was overtaken by an earlier writer; it is sent once more", key);
    var unused =
        producer.send(
            record,
            (place, failure) -> {
              if (failure != null) {
                line.items().overtaken().add(id);
              }
            });
  }

  /** Under the version it had. */
  private EmbeddingRow again(DomainLine line, EmbeddingRow cold) {
    long nowMs = around.nowMs();
    AcceptedItem item = item(cold);
    EmbeddingRow made =
        cold.hasTextVector()
            ? line.maker()
                .make(List.of(item), new float[][] {Vectors.unpack(cold.getTextVector())}, nowMs)[0]
            : line.maker().fallback(item, nowMs);
    return made.toBuilder().setVersion(cold.getVersion()).setPublishedMs(nowMs).build();
  }

  static AcceptedItem item(EmbeddingRow row) {
    return AcceptedItem.newBuilder()
        .setItem(row.getItem())
        .setIncarnation(row.getIncarnation())
        .setRevision(row.getRevision())
        .setPublishedMs(row.getCausedMs())
        .setBeganMs(DeletionTime.beganMs(row))
        .build();
  }

  private boolean hasNewer(DomainLine line, String item, Text standing) {
    String domainKey = new Keys.DomainKey(line.model().domain(), item).toString();
    return written.hasNewer(line.model().rowKey(item), domainKey, standing);
  }

  private boolean isLast(DomainLine line, EmbeddingRow row) {
    Text text = Text.of(row);
    if (text.equals(written.get(line.model().rowKey(row.getItem())))) {
      return true;
    }
    EmbeddingRow now = line.items().cold(row.getItem());
    return alone
        && now != null
        && text.equals(Text.of(now))
        && !hasNewer(line, row.getItem(), text);
  }

  private void send(DomainLine line, EmbeddingRow row) {
    byte[] key = line.model().rowKey(row.getItem()).getBytes(StandardCharsets.UTF_8);
    EmbeddingRow stamped = row.toBuilder().setPublishedMs(around.nowMs()).build();
    // One that fails is made again in the next pass.
    var unused =
        producer.send(
            new ProducerRecord<>(around.topics().coldStartRows(), key, stamped.toByteArray()));
  }

  /** What is not sent is made again by the next attempt: nothing to wait for. */
  @Override
  public void close() {
    try {
      producer.close(Duration.ZERO);
    } catch (InterruptException e) {
      LOG.debug("interrupted while closing", e); // the thread's mark is set again
    }
  }
}
