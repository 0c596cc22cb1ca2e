package dev.headwater.jobs.finetune;

import java.util.Map;
import java.util.Objects;
import java.util.function.Predicate;

/** An attempt of the trainer over topics in memory: loads, learns, checkpoints, and is killed. */
final class Trainer implements AutoCloseable {
  private static final long STEP_MS = 600;

  private final TrainerTopics topics;
  private final TrainerAttempt attempt;
  private final Learner learner;
  private final EventClock clock;
  private int rowsRead;
  private int clicksRead;
  private long nowMs;

  /** What a checkpoint holds: rows, how far clicks were read, and what the clock shows. */
  record Checkpoint(Map<String, byte[]> rows, int clicks, long tick) {
    static final Checkpoint NONE = new Checkpoint(Map.of(), 0);

    /** One of a release whose clock showed an event's number. */
    Checkpoint(Map<String, byte[]> rows, int clicks) {
      this(rows, clicks, -1);
    }
  }

  /** Starts an attempt from a checkpoint; clicks are read when time {@link #pass passes}. */
  Trainer(TrainerTopics topics, Checkpoint from, long nowMs) {
    this(topics, from, nowMs, item -> true);
  }

  /** The same for a shard. */
  Trainer(TrainerTopics topics, Checkpoint from, long nowMs, Predicate<String> owns) {
    this.topics = topics;
    this.nowMs = nowMs;
    clicksRead = from.clicks();
    attempt = new TrainerAttempt(topics::send, topics.claim(), nowMs, owns);
    learner = attempt.learner();
    readRows();
    clock = new EventClock(from.tick(), -1);
    attempt.load(from.rows(), clock, nowMs);
  }

  Tables tables() {
    return attempt.tables();
  }

  Learner learner() {
    return learner;
  }

  /** Reads so many clicks, and sends nothing. */
  void take(int clicks) {
    for (int i = 0; i < clicks; i++) {
      learner.onExample(topics.clicks().get(clicksRead).withNumber(clicksRead++), nowMs);
    }
  }

  /** Reads rows, so many clicks, and sends what is due. */
  void pass(int clicks) {
    take(clicks);
    for (int i = 0; i < 3; i++) {
      readRows();
      nowMs += STEP_MS;
      learner.onTick(nowMs);
    }
    readRows();
  }

  /** The same with all clicks that are there, and until nothing waits to be sent. */
  void passAll() {
    pass(topics.clicks().size() - clicksRead);
    nowMs += TrainerAttempt.CONFIG.settings().publish().driftAgeMax().toMillis();
    pass(0);
  }

  /** Reads what stands in the topics of rows. */
  void readRows() {
    while (rowsRead < topics.rows().size()) {
      learner.onRow(topics.rows().get(rowsRead++), nowMs);
    }
  }

  Checkpoint checkpoint() {
    return checkpoint(StateFormat.NEWEST);
  }

  /** The same as a release wrote it that knew formats up to this one. */
  Checkpoint checkpoint(int format) {
    return new Checkpoint(attempt.checkpoint(format), clicksRead, clock.tickAfter(0));
  }

  long interactions(String item) {
    return Objects.requireNonNull(learner.rows().get(item), item).interactions;
  }

  float[] working(String item) {
    return tables().working(Objects.requireNonNull(learner.rows().get(item), item).slot);
  }

  FineTuneStats stats() {
    return attempt.stats();
  }

  @Override
  public void close() {
    attempt.close();
  }
}
