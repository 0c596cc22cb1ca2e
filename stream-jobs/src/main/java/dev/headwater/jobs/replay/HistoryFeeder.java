package dev.headwater.jobs.replay;

import dev.headwater.events.Keys;
import dev.headwater.events.kafka.KafkaSettings;
import dev.headwater.events.wire.HistoryEntry;
import dev.headwater.events.wire.UserHistory;
import dev.headwater.idp.data.DomainData;
import dev.headwater.idp.data.Event;
import java.nio.charset.StandardCharsets;
import java.util.ArrayDeque;
import java.util.Comparator;
import java.util.Deque;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.clients.producer.Producer;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.serialization.ByteArraySerializer;

/**
 * Writes the events of a data set to {@code user-histories} as ingest would, in order of time with
 * ties broken by a hash of user and item. For one thread.
 */
public final class HistoryFeeder implements AutoCloseable {
  private static final int LENGTH = 50;

  private final String domain;
  private final String topic;
  private final List<Event> events;
  private final Producer<byte[], byte[]> producer;
  private final Map<String, Deque<HistoryEntry>> histories = new HashMap<>();
  private final Map<String, Long> seqs = new HashMap<>();
  private int next;
  private long shiftMs;
  private long withHistory;

  /**
   * Makes a feeder that stands before the first event.
   *
   * @param kafka where the topic is
   * @param domain the domain the events become part of
   * @param data the events
   */
  public HistoryFeeder(KafkaSettings kafka, String domain, DomainData data) {
    this(
        kafka,
        domain,
        data,
        new KafkaProducer<>(
            kafka.producer(), new ByteArraySerializer(), new ByteArraySerializer()));
  }

  /** The same with a producer that others send with as well; the last of them closes it. */
  public HistoryFeeder(
      KafkaSettings kafka, String domain, DomainData data, Producer<byte[], byte[]> producer) {
    this.domain = domain;
    this.topic = kafka.topics().userHistories();
    this.events =
        data.events().stream()
            .sorted(
                Comparator.comparingLong(Event::timestamp)
                    .thenComparingInt(event -> (event.user() + '\n' + event.item()).hashCode()))
            .toList();
    this.producer = producer;
  }

  /** Returns how many events are still to be fed before it starts again. */
  public int left() {
    return events.size() - next;
  }

  /** Returns how many of the events fed so far had one before them: those are examples. */
  public long withHistory() {
    return withHistory;
  }

  /**
   * Starts again from the first event with empty histories. Sequence numbers go on and so does
   * time, a day after the last event: what a user may do in a window would else be used up.
   */
  private void wrap() {
    next = 0;
    histories.clear();
    long spanS = events.get(events.size() - 1).timestamp() - events.get(0).timestamp();
    shiftMs += TimeUnit.SECONDS.toMillis(spanS) + TimeUnit.DAYS.toMillis(1);
  }

  /**
   * Feeds events.
   *
   * @param count how many
   * @param perSecond at which rate, 0 for as fast as it goes
   */
  public void feed(int count, double perSecond) {
    long startNanos = System.nanoTime();
    for (int i = 0; i < count; i++) {
      if (perSecond > 0) {
        long due = startNanos + (long) (i / perSecond * 1e9);
        while (System.nanoTime() < due) {
          LockSupport.parkNanos(Math.max(1, due - System.nanoTime()));
        }
      }
      feedOne();
    }
    producer.flush();
  }

  /** Feeds the next event, without waiting until it is sent. */
  public void feedOne() {
    if (next == events.size()) {
      wrap();
    }
    send(events.get(next++));
  }

  private void send(Event event) {
    Deque<HistoryEntry> history =
        histories.computeIfAbsent(event.user(), user -> new ArrayDeque<>(8));
    long timeMs = event.timestamp() * 1_000 + shiftMs;
    history.addLast(HistoryEntry.newBuilder().setItem(event.item()).setEventTimeMs(timeMs).build());
    if (history.size() > LENGTH) {
      history.removeFirst();
    }
    if (history.size() > 1) {
      withHistory++;
    }
    long seq = seqs.merge(event.user(), 1L, Long::sum);
    UserHistory record =
        UserHistory.newBuilder()
            .setDomain(domain)
            .setUser(event.user())
            .setSeq(seq)
            .setCause(UserHistory.Cause.EVENT)
            .setNewIndex(history.size() - 1)
            .addAllEntries(history)
            .setEventId(event.user() + "-" + seq)
            .setEventTimeMs(timeMs)
            .setPublishedMs(System.currentTimeMillis())
            .build();
    byte[] key = Keys.of(domain, event.user()).getBytes(StandardCharsets.UTF_8);
    // A send that fails shows as an example that is never learned: the caller's deadline.
    var unused = producer.send(new ProducerRecord<>(topic, key, record.toByteArray()));
  }

  @Override
  public void close() {
    producer.close();
  }
}
