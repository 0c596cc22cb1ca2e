package dev.headwater.jobs.finetune;

import static org.assertj.core.api.Assertions.assertThat;

import dev.headwater.events.Deletion;
import dev.headwater.events.DeletionHeader;
import dev.headwater.events.DeletionReceipt;
import dev.headwater.events.Keys;
import dev.headwater.events.MergedRow;
import dev.headwater.events.RowLog;
import dev.headwater.events.RowRecord;
import dev.headwater.events.Topics;
import dev.headwater.events.announce.AnnouncementReader;
import dev.headwater.events.json.Identifiers;
import dev.headwater.events.kafka.KafkaSettings;
import dev.headwater.events.wire.EmbeddingRow;
import dev.headwater.events.wire.UserHistory;
import dev.headwater.idp.expert.NearTexts;
import dev.headwater.idp.rank.RankerState;
import dev.headwater.idp.rank.RankerWeights;
import dev.headwater.jobs.DomainModel;
import dev.headwater.jobs.kafka.OutRecord;
import dev.headwater.simulation.log.Log;
import dev.headwater.simulation.log.LogProducer;
import dev.headwater.simulation.log.LogReader;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Random;
import java.util.TreeMap;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.Consumer;
import java.util.function.LongSupplier;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.jspecify.annotations.Nullable;

/**
 * One attempt of FineTuneJob: first stage and owner as its operators put them together. What it
 * writes stands in the log at once, whatever becomes of its next checkpoint. For one thread.
 */
public final class SimTrainer implements AutoCloseable {
  private static final Topics TOPICS = Topics.DEFAULT;
  static final RowLog ROWS = new RowLog(TOPICS);
  private static final AtomicInteger STARTS = new AtomicInteger();
  static final LearningModel LEARNING =
      new LearningModel("enc", SmallModel.DIM, 0.3f, SumEncoder::new);

  /** Counts have a name for good, and no more than two attempts are there at a time. */
  private final FineTuneStats stats =
      FineTuneStats.of("simulation-" + STARTS.incrementAndGet() % 4);

  private final LongSupplier clockMs;
  private final LogProducer producer;
  private final Log log;
  private final LogReader histories;
  private final LogReader announcements;
  private final AnnouncementReader announced =
      new AnnouncementReader("fine-tune", KafkaSettings.of("unused:1"), state -> {});
  private final Random random;
  private final Claims claims;
  private final Consumer<String> gaveUp;
  private final Map<String, byte[]> cursors;
  private final Map<String, Long> owed = new TreeMap<>();
  private DomainModel model;
  private LogReader rows;
  private TrainerAttempt attempt;
  private final EventClock clock;
  private final EventNumbers numbers = new EventNumbers(0);
  private final @Nullable SimWorker worker;

  /** What was given to the present learner, and the counts of all before it. */
  private long given;

  private long countedBefore;

  /** Hears that it begins to learn with a bundle. */
  public interface Claims {
    /** The rows of this epoch are its own. */
    void claimed(String bundle, long epoch) throws Exception;

    /** Returns the epoch of a bundle that was claimed last, by whichever attempt. */
    long latest(String bundle);
  }

  /** Another attempt has claimed an epoch above its own: it ends. */
  public static boolean isSuperseded(Exception e) {
    return e instanceof SupersededException;
  }

  /** What a checkpoint holds. */
  public record Checkpoint(
      String bundle,
      Map<String, byte[]> rows,
      Map<String, byte[]> cursors,
      List<byte[]> parked,
      Map<Integer, Long> numbers,
      long tick,
      long countedUntil,
      Map<String, Long> offsets) {
    /** No state at all. */
    public static final Checkpoint NONE =
        new Checkpoint("", Map.of(), Map.of(), List.of(), Map.of(), -1, -1, Map.of());

    /** Returns the incarnation of what is kept of an item, -1 where that is nothing. */
    public long incarnation(String item) {
      byte[] row = rows.get(item);
      if (row == null) {
        return -1;
      }
      return ClicksRead.isOne(row)
          ? ClicksRead.decode(row).incarnation()
          : RowCodec.read(row).incarnation();
    }
  }

  /** Claims an epoch, reads the rows that are there, and goes on from a checkpoint. */
  @SuppressWarnings("NullAway.Init") // begin sets model, rows and attempt
  public SimTrainer(
      Log log,
      Checkpoint from,
      LongSupplier clockMs,
      Random random,
      Claims claims,
      Consumer<String> gaveUp)
      throws Exception {
    this.clockMs = clockMs;
    this.random = random;
    this.log = log;
    this.claims = claims;
    this.gaveUp = gaveUp;
    producer = new LogProducer(log, clockMs, null, random);
    histories = new LogReader(log, List.of(TOPICS.userHistories()), from.offsets());
    announcements =
        new LogReader(
            log, List.of(TOPICS.presentAnnouncements(), TOPICS.announcements()), Map.of());
    readAnnouncements();
    announced.onCaughtUp();
    cursors = new TreeMap<>(from.cursors());
    numbers.goOnBehind(SmallModel.MODEL.domain(), from.numbers());
    clock = new EventClock(from.tick(), from.countedUntil());
    worker = random.nextBoolean() ? new SimWorker(log, random) : null;
    DomainModel wanted = announced();
    DomainModel first = from.bundle().isEmpty() ? wanted : wanted.withBundle(from.bundle());
    if (announced.book().isRetired(first.domain(), first.bundleId())) {
      leaveBehind(from);
      first = wanted;
    }
    begin(first, from.rows(), from.parked(), Map.of());
  }

  /**
   * State of a bundle that was retired is not sent: what its rows have learned beyond those that
   * counted in the topics ends with it.
   */
  private void leaveBehind(Checkpoint from) throws Exception {
    Map<String, MergedRow> sent = new HashMap<>();
    LogReader all = new LogReader(log, ROWS.topics(), Map.of());
    for (ConsumerRecord<byte[], byte[]> record : all.pollAll()) {
      RowRecord row = ROWS.read(record, key -> key.model().equals(from.bundle()));
      if (row != null && !row.isRanker()) {
        sent.merge(row.item(), MergedRow.EMPTY.with(row), (was, is) -> was.with(row));
      }
    }
    for (Map.Entry<String, byte[]> saved : from.rows().entrySet()) {
      String item = saved.getKey();
      if (!item.equals(Identifiers.RANKER_ITEM) && !ClicksRead.isOne(saved.getValue())) {
        EmbeddingRow counts = sent.getOrDefault(item, MergedRow.EMPTY).highest();
        long learned = counts == null ? 0 : counts.getInteractionsLearned();
        if (RowCodec.read(saved.getValue()).interactions() > learned) {
          gaveUp.accept(item);
        }
      }
    }
  }

  private DomainModel announced() {
    String bundle = announced.book().model(SmallModel.MODEL.domain());
    return bundle == null ? SmallModel.MODEL : SmallModel.MODEL.withBundle(bundle);
  }

  /** Reads all that is announced. */
  public void readAnnouncements() throws Exception {
    for (ConsumerRecord<byte[], byte[]> record : announcements.pollAll()) {
      announced.onRecord(record);
    }
  }

  private void begin(
      DomainModel next, Map<String, byte[]> saved, List<byte[]> parked, Map<String, Long> deleted)
      throws Exception {
    model = next;
    byte[] claim = next.rowKey(Identifiers.CLAIM_ITEM).getBytes(StandardCharsets.UTF_8);
    long epoch =
        1 + producer.send(new ProducerRecord<>(TOPICS.fineTunedRows(), claim, null)).get().offset();
    claims.claimed(next.bundleId(), epoch);
    rows = new LogReader(log, ROWS.topics(), Map.of());
    attempt = new TrainerAttempt(next, LEARNING, stats, this::send, epoch, nowMs(), item -> true);
    attempt.learner().rows().deletedItems().carry(deleted);
    readRows(rows.pollAll());
    attempt.load(saved, clock, nowMs());
    given = 0;
    countedBefore = counted();
    for (byte[] example : parked) {
      give(ExampleCodec.read(example));
    }
  }

  /** Returns the epoch under which it sends rows. */
  public long epoch() {
    return attempt.publisher().epoch();
  }

  /** Returns what its clock shows. */
  public long shown() {
    return clock.tickAfter(0);
  }

  /** Returns the bundle that it learns with. */
  public String bundle() {
    return model.bundleId();
  }

  /** Returns the lowest number that an event in a record of this time can have. */
  public static long atLeast(long recordMs) {
    return EventNumbers.atLeast(recordMs);
  }

  private long counted() {
    return stats.learned() + stats.known() + stats.dropped() + stats.deleted();
  }

  private void give(TrainingExample example) {
    given += example.isFirst() ? 0 : 1;
    noting(List.of(example), () -> attempt.learner().onExample(example, nowMs()));
  }

  /** So many of the steps on their way arrive, the oldest first. */
  private void arrive(int most) {
    byte[] step = worker == null || most == 0 ? null : worker.arrives();
    for (int left = most - 1; step != null; left--) {
      WorkedStepCodec.Received read = WorkedStepCodec.read(step);
      if (read.bundleId().equals(model.bundleId())) {
        given += read.events().stream().filter(event -> !event.isFirst()).count();
        noting(read.events(), () -> attempt.learner().onStep(read, nowMs()));
      } else {
        read.events().forEach(this::give); // as DomainOwner does
      }
      step = left == 0 || worker == null ? null : worker.arrives();
    }
  }

  /** What a worker holds goes with a barrier, or when nothing else is left to do. */
  public void flush() {
    if (worker != null) {
      worker.work();
      arrive(Integer.MAX_VALUE);
    }
  }

  /** Whatever was given is learned, counted as what became of it, or waits; nothing twice. */
  private void checkAccounted() {
    noting(attempt.learner()::learn);
    long waiting =
        attempt.learner().parked().all().stream().filter(example -> !example.isFirst()).count();
    assertThat(counted() - countedBefore + waiting)
        .as("examples learned, counted or waiting")
        .isEqualTo(given);
  }

  /** Goes on with another bundle, as the operator does. */
  private void switchTo(DomainModel next) throws Exception {
    TrainerAttempt old = attempt;
    checkAccounted();
    old.publisher().flush(nowMs());
    if (isOvertaken(old.publisher().epoch())) {
      old.learner().rows().all().stream()
          .filter(row -> row.interactions > 0)
          .forEach(row -> gaveUp.accept(row.item));
    }
    RankerState weights = old.learner().ranker().state();
    List<byte[]> parked = parked();
    Map<String, byte[]> read = new TreeMap<>();
    old.learner().left().forEach((item, each) -> read.put(item, each.encode()));
    old.learner()
        .takeDeleted()
        .forEach((item, deletedMs) -> owed.merge(item, deletedMs, Math::max));
    Map<String, Long> deleted = old.learner().rows().deletedItems().since(0);
    old.close();
    begin(next, read, parked, deleted);
    attempt.learner().rankerRow().carry(weights);
  }

  /**
   * Another attempt has claimed an epoch of the bundle after this one's, and its rows, which count,
   * may know less: it leaves the bundle before it has read of it (docs/protocol.md, 15).
   */
  private boolean isOvertaken(long epoch) {
    return claims.latest(model.bundleId()) > epoch;
  }

  private long nowMs() {
    return clockMs.getAsLong();
  }

  private void send(OutRecord record) {
    var unused = producer.send(new ProducerRecord<>(record.topic(), record.key(), record.value()));
  }

  private void readRows(List<ConsumerRecord<byte[], byte[]>> read) throws Exception {
    for (ConsumerRecord<byte[], byte[]> record : read) {
      RowRecord row = row(record, model);
      if (row != null) {
        noting(() -> attempt.learner().onRow(row, nowMs()));
      }
    }
  }

  /** Returns the row of a bundle that a record is, null for another. */
  static @Nullable RowRecord row(ConsumerRecord<byte[], byte[]> record, DomainModel of)
      throws Exception {
    return ROWS.read(
        record, key -> key.domain().equals(of.domain()) && key.model().equals(of.bundleId()));
  }

  /** Reads some rows of one topic. */
  public boolean readRows(int max) throws Exception {
    List<ConsumerRecord<byte[], byte[]>> read = rows.poll(max, random);
    readRows(read);
    return !read.isEmpty();
  }

  /** Reads some histories and takes what is new in them. */
  public boolean readHistories(int max) throws Exception {
    List<ConsumerRecord<byte[], byte[]>> read = histories.poll(max, random);
    for (ConsumerRecord<byte[], byte[]> record : read) {
      String user = new String(record.key(), StandardCharsets.UTF_8);
      long deletedMs = DeletionHeader.read(record.headers());
      if (record.value() == null) {
        cursors.remove(user);
      } else {
        UserHistory history = UserHistory.parseFrom(record.value());
        deletedMs = Math.max(deletedMs, learn(user, history, record));
      }
      if (deletedMs > 0) {
        confirm(Deletion.Kind.USER, Keys.parse(user), deletedMs);
      }
    }
    return !read.isEmpty();
  }

  private long learn(String user, UserHistory history, ConsumerRecord<byte[], byte[]> record) {
    byte[] bytes = cursors.get(user);
    UserCursor cursor = bytes == null ? new UserCursor() : UserCursor.fromBytes(bytes);
    NewExamples.Result result =
        NewExamples.of(history, cursor, TrainerAttempt.CONFIG.settings().userBound());
    cursors.put(user, cursor.toBytes());
    if (history.getCause() == UserHistory.Cause.DELETION) {
      assertThat(result.examples()).as("lessons of what is left of %s", user).isEmpty();
      return result.deletedMs();
    }
    // Who was deleted and comes back goes on with higher numbers.
    long appended =
        bytes == null
            ? history.getEntriesCount()
            : cursor.seq() - UserCursor.fromBytes(bytes).seq();
    long lessons = result.examples().stream().filter(example -> !example.isFirst()).count();
    assertThat(lessons + result.withoutHistory() + result.overBound())
        .as("what became of the clicks of %s up to %d", user, cursor.seq())
        .isEqualTo(appended);
    for (TrainingExample example : result.examples()) {
      TrainingExample numbered =
          example.withNumber(numbers.next(model.domain(), record.partition(), record.timestamp()));
      if (worker == null) {
        give(numbered);
      } else {
        worker.take(numbered, nowMs());
      }
    }
    return result.deletedMs();
  }

  /** Goes on with the bundle that is announced; learns and sends what is due. */
  public void tick() throws Exception {
    DomainModel wanted = announced();
    if (!wanted.equals(model)) {
      readRows(rows.pollAll());
      switchTo(wanted);
    }
    if (worker != null) {
      worker.step(announced());
      arrive(random.nextInt(3));
    }
    noting(() -> attempt.learner().onTick(nowMs()));
  }

  private interface Work<E extends Exception> {
    void run() throws E;
  }

  private <E extends Exception> void noting(Work<E> work) throws E {
    noting(List.of(), work);
  }

  /**
   * Says of which items clicks were given up meanwhile, for their row or another did not come or
   * ended.
   */
  private <E extends Exception> void noting(List<TrainingExample> given, Work<E> work) throws E {
    List<TrainingExample> before = new ArrayList<>(attempt.learner().parked().all());
    before.addAll(given);
    long gone = stats.dropped() + stats.deleted();
    work.run();
    if (stats.dropped() + stats.deleted() > gone) {
      List<TrainingExample> after = attempt.learner().parked().all();
      before.stream()
          .filter(example -> !after.contains(example))
          .forEach(example -> gaveUp.accept(example.target()));
    }
  }

  /** What the topics hold under a bundle. */
  public interface Held {
    /** Returns its rows, by item. */
    Map<String, MergedRow> rows(String bundle);

    /** Returns the weights of its ranker. */
    RankerWeights weights(String bundle);

    /** Holds what the topics count in a row against what the job does. */
    void checkCounts(EmbeddingRow topics, byte[] job);

    /** Holds the near texts that the topics have of an item against those that the job has. */
    void checkTexts(String bundle, String item, Map<String, Float> job);
  }

  /** What this attempt sent or took last of each row is what the topics hold. */
  public void checkMet(Held topics) {
    Map<String, MergedRow> known = topics.rows(model.bundleId());
    for (Row row : attempt.learner().rows().all()) {
      MergedRow merged = known.getOrDefault(row.item, MergedRow.EMPTY);
      EmbeddingRow top = merged.highest();
      assertThat(merged.standing())
          .as("what is to stand of %s behind its rollback under %s", row.item, model.bundleId())
          .isEqualTo(top);
      if (top != null && top.getIncarnation() == row.incarnation && row.changedMs == 0) {
        assertThat(row.version)
            .as("version of %s under %s in FineTuneJob", row.item, model.bundleId())
            .isEqualTo(top.getVersion());
        topics.checkCounts(top, attempt.learner().counting().encode(row));
      }
    }
    for (Row row : attempt.learner().rows().all()) {
      topics.checkTexts(model.bundleId(), row.item, texts(row));
    }
    assertThat(attempt.learner().ranker().state().weights().weights())
        .as("weights under %s in FineTuneJob", model.bundleId())
        .isDeepEqualTo(topics.weights(model.bundleId()).weights());
  }

  private Map<String, Float> texts(Row row) {
    Counting counting = attempt.learner().counting();
    NearTexts near = counting.book().texts(row.number);
    Map<String, Float> texts = new TreeMap<>();
    for (int i = 0; i < near.size(); i++) {
      texts.put(Objects.requireNonNull(counting.row(near.items()[i])).item, near.cosines()[i]);
    }
    return texts;
  }

  /** Returns the items of which a click waits for a row. */
  public List<String> waiting() {
    return attempt.learner().parked().all().stream().map(TrainingExample::target).toList();
  }

  /** Returns what outlives this attempt, and confirms what has gone with it. */
  public Checkpoint checkpoint() throws Exception {
    flush();
    checkAccounted();
    Map<String, byte[]> state = attempt.checkpoint(StateFormat.NEWEST);
    Checkpoint done =
        new Checkpoint(
            model.bundleId(),
            state,
            new TreeMap<>(cursors),
            parked(),
            numbers.counters(model.domain()),
            clock.tickAfter(0),
            clock.countedUntil(),
            histories.offsets());
    attempt
        .learner()
        .takeDeleted()
        .forEach((item, deletedMs) -> owed.merge(item, deletedMs, Math::max));
    owed.forEach(
        (item, deletedMs) ->
            confirm(Deletion.Kind.ITEM, new Keys.DomainKey(model.domain(), item), deletedMs));
    owed.clear();
    return done;
  }

  private void confirm(Deletion.Kind kind, Keys.DomainKey of, long deletedMs) {
    send(
        OutRecord.receipt(
            TOPICS.deletionReceipts(),
            DeletionReceipt.of(DeletionReceipt.FINE_TUNE, kind, of, deletedMs, nowMs())));
  }

  private List<byte[]> parked() throws Exception {
    List<byte[]> parked = new ArrayList<>();
    for (TrainingExample example : attempt.learner().parked().all()) {
      parked.add(ExampleCodec.write(example));
    }
    return parked;
  }

  @Override
  public void close() {
    if (worker != null) {
      worker.close();
    }
    attempt.close();
  }
}
