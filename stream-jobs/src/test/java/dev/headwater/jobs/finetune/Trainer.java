package dev.headwater.jobs.finetune;

import dev.headwater.events.json.Identifiers;
import dev.headwater.idp.online.OnlineConfig;
import java.util.Map;
import java.util.Objects;
import java.util.TreeMap;
import java.util.function.Predicate;

/** An attempt of the trainer over topics in memory: loads, learns, checkpoints, and is killed. */
final class Trainer implements AutoCloseable {
  private static final FineTuneConfig CONFIG = FineTuneConfig.of(SmallModel.MODEL);
  private static final long STEP_MS = 600;

  private final TrainerTopics topics;
  private final FineTuneStats stats = FineTuneStats.of("trainer-" + System.nanoTime());
  private final Tables tables =
      new Tables(SmallModel.open(), OnlineConfig.defaults().withNegatives(8), 1);
  private final Learner learner;
  private final Map<String, byte[]> state;
  private int rowsRead;
  private int clicksRead;
  private long nowMs;

  /** What a checkpoint holds: rows, and how far clicks were read. */
  record Checkpoint(Map<String, byte[]> rows, int clicks) {
    static final Checkpoint NONE = new Checkpoint(Map.of(), 0);
  }

  /** Starts an attempt from a checkpoint; clicks are read when time {@link #pass passes}. */
  Trainer(TrainerTopics topics, Checkpoint from, long nowMs) {
    this(topics, from, nowMs, item -> true);
  }

  /** The same for a shard. */
  Trainer(TrainerTopics topics, Checkpoint from, long nowMs, Predicate<String> owns) {
    this.topics = topics;
    this.nowMs = nowMs;
    state = new TreeMap<>(from.rows());
    clicksRead = from.clicks();
    learner = new Learner(CONFIG, tables, stats, owns, nowMs);
    Publisher publisher =
        new Publisher(
            CONFIG,
            "enc",
            learner.rows(),
            tables,
            stats,
            new Publisher.Outputs("rows", topics::send, learner::setBack),
            topics.claim());
    learner.publishTo(publisher);
    readRows();
    Loading loading = new Loading(learner, publisher, SmallModel.MODEL.bundleId());
    from.rows()
        .forEach(
            (item, bytes) -> {
              if (item.equals(Identifiers.RANKER_ITEM)) {
                learner.rankerRow().restore(bytes, SmallModel.MODEL.bundleId());
              } else if (!loading.take(item, bytes)) {
                state.remove(item);
              }
            });
    loading.end(nowMs);
  }

  Tables tables() {
    return tables;
  }

  Learner learner() {
    return learner;
  }

  /** Reads so many clicks, and sends nothing. */
  void take(int clicks) {
    for (int i = 0; i < clicks; i++) {
      learner.onExample(topics.clicks().get(clicksRead).withTick(clicksRead++), nowMs);
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
    nowMs += CONFIG.settings().publish().driftAgeMax().toMillis();
    pass(0);
  }

  private void readRows() {
    while (rowsRead < topics.rows().size()) {
      learner.onRow(topics.rows().get(rowsRead++), nowMs);
    }
  }

  Checkpoint checkpoint() {
    return checkpoint(StateFormat.NEWEST);
  }

  /** The same as a release wrote it that knew formats up to this one. */
  Checkpoint checkpoint(int format) {
    learner.learn();
    learner.takeEnded().forEach(state::remove);
    for (Row row : learner.takeTouched()) {
      state.put(
          row.item,
          RowCodec.write(
              row,
              tables.tuner().state(row.slot),
              SmallModel.MODEL.bundleId(),
              null,
              learner.counting().encode(row),
              format));
    }
    state.put(Identifiers.RANKER_ITEM, learner.rankerRow().save(SmallModel.MODEL.bundleId()));
    return new Checkpoint(Map.copyOf(state), clicksRead);
  }

  long interactions(String item) {
    return Objects.requireNonNull(learner.rows().get(item), item).interactions;
  }

  float[] working(String item) {
    return tables.working(Objects.requireNonNull(learner.rows().get(item), item).slot);
  }

  FineTuneStats stats() {
    return stats;
  }

  @Override
  public void close() {
    tables.close();
  }
}
