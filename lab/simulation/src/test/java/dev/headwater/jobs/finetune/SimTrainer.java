package dev.headwater.jobs.finetune;

import dev.headwater.events.Keys;
import dev.headwater.events.RowLog;
import dev.headwater.events.RowRecord;
import dev.headwater.events.Topics;
import dev.headwater.events.json.Identifiers;
import dev.headwater.events.wire.UserHistory;
import dev.headwater.jobs.kafka.OutRecord;
import dev.headwater.simulation.log.Log;
import dev.headwater.simulation.log.LogProducer;
import dev.headwater.simulation.log.LogReader;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.TreeMap;
import java.util.function.LongSupplier;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.producer.ProducerRecord;

/**
 * One attempt of FineTuneJob: first stage and owner as its operators put them together. What it
 * writes stands in the log at once, whatever becomes of its next checkpoint. For one thread.
 */
public final class SimTrainer implements AutoCloseable {
  private static final Topics TOPICS = Topics.DEFAULT;
  private static final RowLog ROWS = new RowLog(TOPICS);

  private final LongSupplier clockMs;
  private final LogProducer producer;
  private final LogReader rows;
  private final LogReader histories;
  private final Random random;
  private final TrainerAttempt attempt;
  private final Map<String, byte[]> cursors;
  private final long epoch;
  private long tick;

  /** What a checkpoint holds. */
  public record Checkpoint(
      Map<String, byte[]> rows,
      Map<String, byte[]> cursors,
      List<byte[]> parked,
      long tick,
      Map<String, Long> offsets) {
    /** No state at all. */
    public static final Checkpoint NONE =
        new Checkpoint(Map.of(), Map.of(), List.of(), 0, Map.of());
  }

  /** Claims an epoch, reads the rows that are there, and goes on from a checkpoint. */
  public SimTrainer(Log log, Checkpoint from, LongSupplier clockMs, Random random)
      throws Exception {
    this.clockMs = clockMs;
    this.random = random;
    producer = new LogProducer(log, clockMs, null, random);
    rows = new LogReader(log, ROWS.topics(), Map.of());
    histories = new LogReader(log, List.of(TOPICS.userHistories()), from.offsets());
    cursors = new TreeMap<>(from.cursors());
    tick = from.tick();
    byte[] claim =
        Keys.of(SmallModel.MODEL.domain(), SmallModel.MODEL.bundleId(), Identifiers.CLAIM_ITEM)
            .getBytes(StandardCharsets.UTF_8);
    epoch =
        1 + producer.send(new ProducerRecord<>(TOPICS.fineTunedRows(), claim, null)).get().offset();
    attempt = new TrainerAttempt(this::send, epoch, nowMs(), item -> true);
    readRows(rows.pollAll());
    attempt.load(from.rows(), nowMs());
    for (byte[] parked : from.parked()) {
      attempt.learner().onExample(ExampleCodec.read(parked), nowMs());
    }
  }

  /** Returns the epoch under which its rows go out. */
  public long epoch() {
    return epoch;
  }

  private long nowMs() {
    return clockMs.getAsLong();
  }

  private void send(OutRecord record) {
    var unused = producer.send(new ProducerRecord<>(record.topic(), record.key(), record.value()));
  }

  private void readRows(List<ConsumerRecord<byte[], byte[]>> read) throws Exception {
    for (ConsumerRecord<byte[], byte[]> record : read) {
      RowRecord row =
          ROWS.read(
              record,
              key ->
                  key.domain().equals(SmallModel.MODEL.domain())
                      && key.model().equals(SmallModel.MODEL.bundleId()));
      if (row != null) {
        attempt.learner().onRow(row, nowMs());
      }
    }
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
      if (record.value() == null) {
        cursors.remove(user);
      } else {
        learn(user, UserHistory.parseFrom(record.value()));
      }
    }
    return !read.isEmpty();
  }

  private void learn(String user, UserHistory history) {
    byte[] bytes = cursors.get(user);
    UserCursor cursor =
        bytes == null || history.getCause() == UserHistory.Cause.DELETION
            ? new UserCursor()
            : UserCursor.fromBytes(bytes);
    NewExamples.Result result =
        NewExamples.of(history, cursor, TrainerAttempt.CONFIG.settings().userBound());
    cursors.put(user, cursor.toBytes());
    for (TrainingExample example : result.examples()) {
      attempt.learner().onExample(example.withTick(tick++), nowMs());
    }
  }

  /** Learns and sends what is due. */
  public void tick() {
    attempt.learner().onTick(nowMs());
  }

  /** Returns what outlives this attempt. */
  public Checkpoint checkpoint() throws Exception {
    Map<String, byte[]> state = attempt.checkpoint(StateFormat.NEWEST);
    List<byte[]> parked = new ArrayList<>();
    for (TrainingExample example : attempt.learner().parked().all()) {
      parked.add(ExampleCodec.write(example));
    }
    return new Checkpoint(state, Map.copyOf(cursors), parked, tick, histories.offsets());
  }

  @Override
  public void close() {
    attempt.close();
  }
}
