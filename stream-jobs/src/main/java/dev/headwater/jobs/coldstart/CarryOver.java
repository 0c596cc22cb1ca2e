package dev.headwater.jobs.coldstart;

import dev.headwater.events.DeletionHeader;
import dev.headwater.events.IncarnationHeader;
import dev.headwater.events.ItemRequest;
import dev.headwater.events.Keys;
import dev.headwater.events.Vectors;
import dev.headwater.events.wire.AcceptedItem;
import dev.headwater.events.wire.EmbeddingRow;
import dev.headwater.jobs.coldstart.WrittenRows.Text;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.Predicate;
import java.util.stream.Collectors;
import org.apache.kafka.clients.producer.Producer;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.errors.InterruptException;
import org.jspecify.annotations.Nullable;

/**
 * Makes the rows of a new bundle for all items that have one under another. The text vectors travel
 * in cold rows, so that no text is encoded again unless the new bundle has another text encoder:
 * then the texts are read from {@code catalog.accepted}.
 *
 * <p>Making them takes minutes, in which items end and change, and the line of the old bundle still
 * writes what it was at. So a row is looked at again before what was made of it is sent, and after:
 * {@link #pass} goes on with what changed under the other bundles, sends a changed text once more
 * and ends what has ended. Items with a row of that text or a later one are left alone, so it may
 * be run as often as one likes. For one thread.
 */
final class CarryOver implements AutoCloseable {
  private static final int BATCH = 64;

  private final Surroundings around;
  private final ColdStartStats stats;
  private final DomainLine line;
  private final Predicate<String> sameTexts;
  private final WrittenRows written;
  private final OtherBundles others;
  private final Producer<byte[], byte[]> producer;
  private final Map<String, Text> sent = new HashMap<>();
  private final Set<String> failed = ConcurrentHashMap.newKeySet();

  /**
   * Reads the rows of the other bundles and follows them.
   *
   * @param line of the bundle that gets rows
   * @param sameTexts tells of another bundle whether the line's encoder made its text vectors
   * @param written what has been decided, though its end may not stand in the topic yet
   */
  CarryOver(
      String name,
      Surroundings around,
      ColdStartStats stats,
      DomainLine line,
      Predicate<String> sameTexts,
      WrittenRows written,
      Duration loadTimeout)
      throws InterruptedException {
    this.around = around;
    this.stats = stats;
    this.line = line;
    this.sameTexts = sameTexts;
    this.written = written;
    others = new OtherBundles(name + "-others-" + line.model().domain(), around, line.model());
    producer = around.producer();
    try {
      others.awaitCaughtUp(loadTimeout);
    } catch (InterruptedException | RuntimeException e) {
      close();
      throw e;
    }
  }

  /** Takes in what changed under the other bundles; returns how many rows were made or ended. */
  int pass() {
    for (String item : Set.copyOf(failed)) {
      failed.remove(item);
      sent.remove(item);
      others.lookAgain(item);
    }
    Set<String> items = others.takeChanged();
    try {
      return pass(items);
    } catch (RuntimeException e) {
      items.forEach(others::lookAgain);
      throw e;
    }
  }

  private int pass(Set<String> items) {
    List<EmbeddingRow> due = new ArrayList<>();
    int ended = 0;
    for (String item : items) {
      ended += carryRequest(item) ? 1 : 0;
      EmbeddingRow standing = others.standing(item);
      if (standing != null && isDue(standing)) {
        due.add(standing);
      } else if (standing == null) {
        ended += end(item) ? 1 : 0;
      }
    }
    make(due);
    producer.flush();
    return due.size() + ended;
  }

  private boolean isDue(EmbeddingRow standing) {
    Text text = sent.get(standing.getItem());
    EmbeddingRow own = line.items().cold(standing.getItem());
    return (text == null || !text.covers(text(standing)))
        && standing.getIncarnation() > line.items().row(standing.getItem()).ended().incarnation()
        && (own == null || OtherBundles.isNewer(standing, own));
  }

  private static Text text(EmbeddingRow row) {
    return Text.of(row);
  }

  /**
   * Ends a row that was sent after the item's end, by this or when the bundle was announced before,
   * unless another incarnation has begun since.
   */
  private boolean end(String item) {
    Text text = sent.get(item);
    EmbeddingRow own = line.items().cold(item);
    if (own == null && text == null) {
      return carryEnd(item);
    }
    if (own == null) {
      others.lookAgain(item); // ended, or what was sent is still on its way back
      return false;
    }
    sent.remove(item);
    boolean over =
        own.getIncarnation() <= others.ended(item)
            || (text != null && text.equals(text(own)) && !others.isRetired(item));
    if (over) {
      sendEnd(item, own.getIncarnation());
    }
    return over;
  }

  /**
   * An end is carried as rows are: another attempt may have decided it before it heard of the
   * bundle, and a third one may still send a row.
   */
  private boolean carryEnd(String item) {
    long ended = others.ended(item);
    if (ended <= line.items().row(item).ended().incarnation()) {
      return false;
    }
    written.hold(
        () -> {
          Text over = new Text(ended, Long.MAX_VALUE); // whatever text it had
          if (!written.hasNewer(line.model().rowKey(item), domainKey(item), over)) {
            sendEnd(item, ended);
          }
        });
    return true;
  }

  /**
   * A request is carried as ends are: who learns under the new bundle alone answers it. It may come
   * behind a newer one that was not read yet, or was decided meanwhile: that is sent once more then
   * ({@link TargetItems#overtaken}).
   */
  private boolean carryRequest(String item) {
    long requestedMs = others.requestedMs(item);
    if (requestedMs <= line.items().request(item).deletedMs()) {
      return false;
    }
    ProducerRecord<byte[], byte[]> request = record(ItemRequest.id(item), null);
    request.headers().add(DeletionHeader.of(requestedMs));
    if (others.ended(item) != IncarnationHeader.NONE) {
      request.headers().add(IncarnationHeader.of(others.ended(item)));
    }
    send(request, item);
    return true;
  }

  /** With the request that it goes back to: who learns under the new bundle alone answers it. */
  private void sendEnd(String item, long incarnation) {
    ProducerRecord<byte[], byte[]> tombstone = record(item, null);
    tombstone.headers().add(IncarnationHeader.of(incarnation));
    long requestedMs = others.requestedMs(item);
    if (requestedMs > 0) {
      tombstone.headers().add(DeletionHeader.of(requestedMs));
    }
    send(tombstone, item);
  }

  private void make(List<EmbeddingRow> due) {
    Map<Boolean, List<EmbeddingRow>> carries =
        due.stream().collect(Collectors.partitioningBy(row -> sameTexts.test(row.getModel())));
    List<EmbeddingRow> carried = carries.getOrDefault(true, List.of());
    List<EmbeddingRow> anew = carries.getOrDefault(false, List.of());
    for (int from = 0; from < carried.size(); from += BATCH) {
      send(remade(carried.subList(from, Math.min(from + BATCH, carried.size()))));
    }
    if (!anew.isEmpty()) {
      new ReencodedRows(around, line, stats, this::send, anew).run();
    }
  }

  private List<EmbeddingRow> remade(List<EmbeddingRow> old) {
    long nowMs = around.nowMs();
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
    return made;
  }

  /** Sends of what was made what still stands; it gives way to any row that is decided about. */
  private void send(List<EmbeddingRow> made) {
    written.hold(() -> made.forEach(this::sendIfItStands));
  }

  private void sendIfItStands(EmbeddingRow row) {
    EmbeddingRow standing = others.standing(row.getItem());
    if (standing == null
        || !text(standing).equals(text(row))
        || !isDue(standing)
        || written.isOver(domainKey(row.getItem()), row.getIncarnation())) {
      return;
    }
    sent.put(row.getItem(), text(row));
    EmbeddingRow stamped =
        row.toBuilder()
            .setVersion(row.getVersion().toBuilder().setEpoch(0))
            .setPublishedMs(around.nowMs())
            .build();
    send(record(row.getItem(), stamped.toByteArray()), row.getItem());
    stats.rows.increment();
  }

  private String domainKey(String item) {
    return new Keys.DomainKey(line.model().domain(), item).toString();
  }

  private ProducerRecord<byte[], byte[]> record(String item, byte @Nullable [] value) {
    byte[] key = line.model().rowKey(item).getBytes(StandardCharsets.UTF_8);
    return new ProducerRecord<>(around.topics().coldStartRows(), key, value);
  }

  private void send(ProducerRecord<byte[], byte[]> record, String item) {
    var unused =
        producer.send(
            record,
            (metadata, failure) -> {
              if (failure != null) {
                failed.add(item);
              }
            });
  }

  @Override
  public void close() {
    others.close();
    try {
      producer.close(Duration.ofSeconds(5));
    } catch (InterruptException e) {
      Thread.currentThread().interrupt();
    }
  }
}
