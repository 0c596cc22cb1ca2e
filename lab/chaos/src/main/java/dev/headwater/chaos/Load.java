package dev.headwater.chaos;

import dev.headwater.events.Deletion;
import dev.headwater.events.Keys;
import dev.headwater.events.json.CatalogItem;
import dev.headwater.events.json.Interaction;
import dev.headwater.events.kafka.KafkaSettings;
import dev.headwater.platform.report.Await;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.locks.LockSupport;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.serialization.ByteArraySerializer;
import org.jspecify.annotations.Nullable;

/**
 * Publishes clicks and items at an even rate from a thread of its own, and knows which of them the
 * brokers took: each of those has to be found again. A probe click every half second tells how old
 * an answer is. Methods are called from one other thread.
 */
final class Load implements AutoCloseable {
  /** Ten processes on two cores leave some faults too little beside all of the clicks. */
  private static final double SHARE = 0.2;

  private static final long PROBE_MS = 500;
  private static final long BEHIND_MAX_NANOS = 1_000_000_000L;
  private static final long STOP_MS = 130_000;

  private final KafkaSettings kafka;
  private final Market market;
  private final double clicksPerSecond;
  private final double itemsPerSecond;
  private final KafkaProducer<byte[], byte[]> producer;
  private final Set<String> taken = ConcurrentHashMap.newKeySet();
  private final Set<String> refused = ConcurrentHashMap.newKeySet();
  private final Set<String> items = ConcurrentHashMap.newKeySet();
  private final Map<String, Probe> probes = new ConcurrentHashMap<>();
  private final AtomicInteger probesSent = new AtomicInteger();
  private final AtomicInteger notTaken = new AtomicInteger();
  private final AtomicInteger bad = new AtomicInteger();
  private final Thread thread = new Thread(this::run, "load");
  private volatile Style style = Style.PLAIN;
  private volatile double share = 1;
  private volatile boolean paused = true;
  private volatile boolean idle = true;
  private volatile boolean closed;

  /**
   * How clicks are sent.
   *
   * @param copies of each
   * @param eventShiftMs added to the event time
   * @param recordShiftMs added to the record's time, which the producer's clock gives
   * @param isRefused whether ingest is to refuse such clicks
   */
  record Style(int copies, long eventShiftMs, long recordShiftMs, boolean isRefused) {
    static final Style PLAIN = new Style(1, 0, 0, false);
  }

  /** A click that is looked for in answers. */
  record Probe(int number, String user, String eventId, long sentMs) {}

  Load(KafkaSettings kafka, Market market, double clicksPerSecond, double itemsPerSecond) {
    this.kafka = kafka;
    this.market = market;
    this.clicksPerSecond = clicksPerSecond;
    this.itemsPerSecond = itemsPerSecond;
    this.producer =
        new KafkaProducer<>(kafka.producer(), new ByteArraySerializer(), new ByteArraySerializer());
    thread.setDaemon(true);
    thread.start();
  }

  /** Publishes the items that are there from the start, and waits for the brokers. */
  void publishCatalog() {
    market.first().forEach(this::send);
    producer.flush();
  }

  void go() {
    paused = false;
  }

  /** Stops sending and waits until the brokers took, or finally refused, everything. */
  void rest() throws InterruptedException {
    paused = true;
    Await.until("the load to pause", Duration.ofMillis(STOP_MS), () -> idle);
    producer.flush();
  }

  /** Publishes an item, anew or with another text; it is one of {@link #items()} from then on. */
  void publish(CatalogItem item) {
    send(item);
  }

  /** Asks for the deletion of an item, as {@code delete-item} does: it is to be found nowhere. */
  void delete(String item) {
    Deletion deletion =
        new Deletion(
            market.domain(), Deletion.Kind.ITEM, item, "chaos", System.currentTimeMillis());
    send(new ProducerRecord<>(kafka.topics().catalog(), key(item), null), () -> {});
    send(
        new ProducerRecord<>(
            kafka.topics().deletions(),
            deletion.key().getBytes(StandardCharsets.UTF_8),
            deletion.toJson()),
        () -> items.remove(item));
    producer.flush();
  }

  /** Sends a click beside the even rate, which has to be found again as all others. */
  void click(String eventId, String user, String item) {
    long nowMs = System.currentTimeMillis();
    send(Interaction.click(eventId, market.domain(), user, item, nowMs), Style.PLAIN);
  }

  /** Waits until the brokers took, or finally refused, what was sent. */
  void flush() {
    producer.flush();
  }

  /** Says that something is to be a dead letter besides what this load sent. */
  void expectDeadLetter() {
    bad.incrementAndGet();
  }

  void style(Style value) {
    style = value;
  }

  /** Sends a fifth of the clicks and items meanwhile: for faults that need the processor. */
  void beside(Fault.Strike strike, Stage stage) throws Exception {
    share = SHARE;
    try {
      strike.at(stage);
    } finally {
      share = 1;
    }
  }

  /** Sends records that are no clicks. */
  void poison(int count) {
    for (int i = 0; i < count; i++) {
      byte[] value = ("{\"event_id\": " + i).getBytes(StandardCharsets.UTF_8);
      bad.incrementAndGet();
      send(new ProducerRecord<>(kafka.topics().interactions(), key("poison" + i), value), () -> {});
    }
  }

  private byte[] key(String id) {
    return Keys.of(market.domain(), id).getBytes(StandardCharsets.UTF_8);
  }

  private void run() {
    long due = System.nanoTime();
    long lastProbe = 0;
    double itemsOwed = 0;
    while (!closed) {
      if (paused) {
        idle = true;
        LockSupport.parkNanos(TimeUnit.MILLISECONDS.toNanos(20));
        due = System.nanoTime();
        continue;
      }
      idle = false;
      send(market.click(System.currentTimeMillis()), style);
      itemsOwed += itemsPerSecond / clicksPerSecond;
      if (itemsOwed >= 1) {
        itemsOwed--;
        send(market.newItem(System.currentTimeMillis()));
      }
      if (System.currentTimeMillis() - lastProbe >= PROBE_MS) {
        lastProbe = System.currentTimeMillis();
        probe();
      }
      due =
          Math.max(due, System.nanoTime() - BEHIND_MAX_NANOS)
              + (long) (1e9 / (share * clicksPerSecond));
      for (long left = due - System.nanoTime(); left > 0; left = due - System.nanoTime()) {
        LockSupport.parkNanos(left);
      }
    }
  }

  private void probe() {
    int number = probesSent.get();
    Interaction click = market.probe(number, System.currentTimeMillis());
    probes.put(
        click.eventId(),
        new Probe(number, click.user(), click.eventId(), System.currentTimeMillis()));
    send(click, Style.PLAIN);
    probesSent.incrementAndGet();
  }

  private void send(Interaction click, Style how) {
    long now = System.currentTimeMillis();
    Interaction shifted =
        Interaction.click(
            click.eventId(),
            click.domain(),
            click.user(),
            click.item(),
            click.timestampMs() + how.eventShiftMs());
    for (int i = 0; i < how.copies(); i++) {
      Set<String> into = how.isRefused() ? refused : taken;
      send(
          new ProducerRecord<>(
              kafka.topics().interactions(),
              null,
              now + how.recordShiftMs(),
              shifted.key().getBytes(StandardCharsets.UTF_8),
              shifted.toJson()),
          () -> into.add(click.eventId()));
    }
  }

  private void send(CatalogItem item) {
    send(
        new ProducerRecord<>(kafka.topics().catalog(), key(item.item()), item.toJson()),
        () -> items.add(item.item()));
  }

  /** A record that the client gave up may be there all the same: it is not looked for. */
  private void send(ProducerRecord<byte[], byte[]> record, Runnable whenTaken) {
    var unused =
        producer.send(
            record,
            (metadata, e) -> {
              if (e == null) {
                whenTaken.run();
              } else {
                notTaken.incrementAndGet();
              }
            });
  }

  /** Event ids that the brokers took and ingest has to accept. */
  Set<String> taken() {
    return taken;
  }

  /** Event ids that the brokers took and ingest has to refuse. */
  Set<String> refused() {
    return refused;
  }

  /** Items that the brokers took. */
  Set<String> items() {
    return items;
  }

  /** Records that have to be dead letters besides {@link #refused()}. */
  int bad() {
    return bad.get();
  }

  /** Records that the client could not bring to the brokers in time. */
  int notTaken() {
    return notTaken.get();
  }

  Map<String, Probe> probes() {
    return probes;
  }

  /** The newest probe, null before the first. */
  @Nullable Probe newestProbe() {
    int sent = probesSent.get();
    return sent == 0 ? null : probes.get(market.probe(sent - 1, 0).eventId());
  }

  @Override
  public void close() {
    closed = true;
    producer.close(Duration.ofSeconds(5));
  }
}
