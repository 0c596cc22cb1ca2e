package dev.headwater.jobs.coldstart;

import dev.headwater.events.Topics;
import dev.headwater.events.announce.AnnouncementReader;
import dev.headwater.events.kafka.KafkaSettings;
import dev.headwater.idp.cdim.ItemPool;
import dev.headwater.idp.cdim.SpreadBonus;
import dev.headwater.idp.cdim.TextSlope;
import dev.headwater.idp.text.TextEncoder;
import dev.headwater.jobs.DomainModel;
import dev.headwater.jobs.coldstart.ItemDecisions.Decision;
import dev.headwater.jobs.coldstart.ItemDecisions.Request;
import dev.headwater.jobs.kafka.KafkaPorts;
import dev.headwater.jobs.kafka.OutRecord;
import dev.headwater.jobs.models.ModelWatch;
import dev.headwater.simulation.log.Log;
import dev.headwater.simulation.log.LogProducer;
import dev.headwater.simulation.log.LogReader;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Deque;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Random;
import java.util.Set;
import java.util.function.LongSupplier;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.jspecify.annotations.Nullable;

/**
 * One attempt of ColdStartJob: its source, the operator that keeps answers in order, the batcher,
 * the readers of the topics and the thread of the bundles, each of which goes on when it is told
 * to, and {@code meanwhile} while another is at work. For one thread.
 */
public final class SimColdStart implements AutoCloseable {
  private static final Topics TOPICS = Topics.DEFAULT;
  private static final int DIM = 16;
  private static final int REMEMBERED = 1_000;
  private static final ColdStartConfig.Settings SETTINGS =
      ColdStartConfig.Settings.of(Map.of("warm-rows", 2, "refresh-interval", "10 s"));

  private final LogProducer producer;
  private final Random random;
  private final LogReader items;
  private final LogReader announcements;
  private final AnnouncementReader announced =
      new AnnouncementReader("cold-start", KafkaSettings.of("unused:1"), state -> {});
  private final SimSurroundings around;
  private final Lines lines;
  private final ItemDecisions decisions;
  private final Deque<Slot> slots = new ArrayDeque<>();
  private final List<Slot> unencoded = new ArrayList<>();
  private final Set<String> busy = new HashSet<>();

  /** A record whose answer leaves after those of the records before it. */
  private static final class Slot {
    private final ConsumerRecord<byte[], byte[]> record;
    private final @Nullable Request request;
    private final long sinceNanos;
    private @Nullable List<OutRecord> answer;

    Slot(ConsumerRecord<byte[], byte[]> record, Decision decision, long sinceNanos) {
      this.record = record;
      this.sinceNanos = sinceNanos;
      request = decision.request();
      answer = request == null ? decision.answer() : null;
    }
  }

  /** What a checkpoint holds: how far the source read, and what is still under way. */
  public record Checkpoint(
      Map<String, Long> offsets, List<ConsumerRecord<byte[], byte[]>> underWay) {
    /** No state at all. */
    public static final Checkpoint NONE = new Checkpoint(Map.of(), List.of());
  }

  /**
   * Opens the announced bundle, claims an epoch, reads the rows that are there and begins with what
   * was under way.
   *
   * @param meanwhile what others do while one of its threads is at work
   */
  public SimColdStart(
      Log log, Checkpoint from, LongSupplier clockMs, Random random, Runnable meanwhile)
      throws Exception {
    this.random = random;
    producer = new LogProducer(log, clockMs, null, random);
    items = new LogReader(log, List.of(TOPICS.acceptedItems()), from.offsets());
    announcements =
        new LogReader(
            log, List.of(TOPICS.presentAnnouncements(), TOPICS.announcements()), Map.of());
    readAnnouncements();
    announced.onCaughtUp();
    around = new SimSurroundings(log, clockMs, random, meanwhile);
    WrittenRows written = new WrittenRows(REMEMBERED);
    around.lockedBy(written);
    DomainModel model = new DomainModel("shop", "/nowhere", "m1");
    lines =
        Lines.open(
            "simulation",
            around,
            new ColdStartConfig(List.of(model), SETTINGS),
            SimColdStart::matching,
            opened -> new PausingEncoder(textsOf(opened), around),
            new Watch(),
            written);
    decisions = new ItemDecisions(around, ColdStartStats.of("simulation"), lines, written);
    from.underWay().forEach(this::decide);
  }

  private final class Watch implements ModelWatch {
    @Override
    public String model(String domain, String otherwise) {
      String model = announced.book().model(domain);
      return model == null ? otherwise : model;
    }

    @Override
    public Set<String> all(String domain) {
      return announced.book().models(domain);
    }

    @Override
    public boolean hasRetired(String domain) {
      return announced.book().hasRetired(domain);
    }
  }

  /** Bundle m3 brings a text encoder of its own. */
  private static String textsOf(DomainModel model) {
    return model.bundleId().equals("m3") ? "tuned-words" : "words";
  }

  private static MatchingModel matching(DomainModel model) {
    String texts = textsOf(model);
    ItemPool pool = new ItemPool(WordEncoder.DIM, DIM);
    for (int i = 0; i < 4; i++) {
      float[] vector = new float[DIM];
      vector[i] = 2;
      vector[DIM - model.bundleId().charAt(1) + '0'] = 1;
      pool.put("source", "s" + i, WordEncoder.encode(texts, "i" + i + " " + i), vector);
    }
    float[] ones = new float[DIM];
    Arrays.fill(ones, 1);
    return new MatchingModel(
        "enc",
        texts,
        WordEncoder.DIM,
        DIM,
        pool,
        TextSlope.none(),
        ones,
        SpreadBonus.of(new float[][] {ones}, 1));
  }

  private record PausingEncoder(WordEncoder words, SimSurroundings around) implements TextEncoder {
    PausingEncoder(String id, SimSurroundings around) {
      this(new WordEncoder(id), around);
    }

    @Override
    public String id() {
      return words.id();
    }

    @Override
    public int dim() {
      return words.dim();
    }

    @Override
    public float[][] encode(List<String> texts) {
      around.pause();
      return words.encode(texts);
    }

    @Override
    public void close() {}
  }

  /** Reads all that is announced. */
  public void readAnnouncements() throws Exception {
    for (ConsumerRecord<byte[], byte[]> record : announcements.pollAll()) {
      announced.onRecord(record);
    }
  }

  private interface Work {
    boolean run() throws Exception;
  }

  /** A thread does one thing after the other: nothing, while it is at work further out. */
  private boolean on(String thread, Work work) throws Exception {
    if (!busy.add(thread)) {
      return false;
    }
    boolean did = work.run();
    busy.remove(thread);
    return did;
  }

  /**
   * Takes some accepted items; false where there were none. Bundles that were announced before are
   * known by then: one of which only a process before this one has heard is no step here.
   */
  public boolean readItems(int max) throws Exception {
    readAnnouncements();
    return on("operator", () -> take(items.poll(max, random)));
  }

  private boolean take(List<ConsumerRecord<byte[], byte[]>> read) {
    read.forEach(this::decide);
    return !read.isEmpty();
  }

  private void decide(ConsumerRecord<byte[], byte[]> record) {
    Slot slot = new Slot(record, decisions.decide(KafkaPorts.read(record)), around.nanos());
    slots.add(slot);
    if (slot.request != null) {
      unencoded.add(slot);
    }
  }

  /** The batcher encodes some of what waits; false where nothing did. */
  public boolean encode(int max) throws Exception {
    return on("batcher", () -> encodeSome(max));
  }

  private boolean encodeSome(int max) {
    List<Slot> batch = new ArrayList<>(unencoded.subList(0, Math.min(max, unencoded.size())));
    unencoded.removeAll(batch);
    Map<DomainLine, List<Slot>> byLine = new LinkedHashMap<>();
    for (Slot slot : batch) {
      Request request = slot.request;
      if (request != null) {
        byLine.computeIfAbsent(request.line(), line -> new ArrayList<>()).add(slot);
      }
    }
    byLine.forEach(this::encode);
    return !batch.isEmpty();
  }

  private void encode(DomainLine line, List<Slot> waiting) {
    List<Request> requests =
        waiting.stream().map(slot -> Objects.requireNonNull(slot.request)).toList();
    List<OutRecord> rows = decisions.encode(line, requests);
    for (int i = 0; i < rows.size(); i++) {
      waiting.get(i).answer = List.of(rows.get(i));
    }
  }

  /** Answers leave as far as they are there; false where none was. */
  public boolean emit() throws Exception {
    return on("operator", this::emitReady);
  }

  private boolean emitReady() {
    boolean any = false;
    while (!slots.isEmpty()) {
      List<OutRecord> answer = slots.element().answer;
      if (answer == null) {
        break;
      }
      slots.remove();
      answer.forEach(this::send);
      any = true;
    }
    return any;
  }

  private void send(OutRecord out) {
    var unused = producer.send(KafkaPorts.write(out));
  }

  /** One of its readers takes some rows; false where all had read all. */
  public boolean readRows(int max) throws Exception {
    return on("readers", () -> around.step(max));
  }

  /** The thread of the bundles looks once. */
  public void look() throws Exception {
    boolean unused =
        on(
            "bundles",
            () -> {
              lines.step();
              return true;
            });
  }

  /** Whether it cannot read topics to their end now. */
  void away(boolean now) {
    around.away(now);
  }

  /** Tells whether one of its threads stands still in the middle of something. */
  public boolean standsStill() {
    return !busy.isEmpty();
  }

  /** Tells whether an item is under way for so long that the job fails. */
  public boolean isTimedOut() {
    return slots.stream()
        .anyMatch(slot -> around.nanos() - slot.sinceNanos > SETTINGS.timeout().toNanos());
  }

  /** Returns what outlives this attempt. */
  public Checkpoint checkpoint() {
    return new Checkpoint(items.offsets(), slots.stream().map(slot -> slot.record).toList());
  }

  @Override
  public void close() {
    lines.close();
  }
}
