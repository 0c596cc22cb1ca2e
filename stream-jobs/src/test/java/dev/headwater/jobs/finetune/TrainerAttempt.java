package dev.headwater.jobs.finetune;

import dev.headwater.events.Topics;
import dev.headwater.events.json.Identifiers;
import dev.headwater.idp.online.OnlineConfig;
import dev.headwater.jobs.kafka.OutRecord;
import java.util.Map;
import java.util.TreeMap;
import java.util.function.Consumer;
import java.util.function.Predicate;

/**
 * The owner's part of an attempt as {@link FineTuneOperator} puts it together, with maps in place
 * of keyed state: rows of the topics are given to the learner, then the saved ones, then it learns.
 */
final class TrainerAttempt implements AutoCloseable {
  static final FineTuneConfig CONFIG = FineTuneConfig.of(SmallModel.MODEL);

  private final FineTuneStats stats = FineTuneStats.of("trainer-" + System.nanoTime());
  private final Tables tables =
      new Tables(SmallModel.open(), OnlineConfig.defaults().withNegatives(8), 1);
  private final Learner learner;
  private final Publisher publisher;
  private final Map<String, byte[]> state = new TreeMap<>();

  TrainerAttempt(Consumer<OutRecord> out, long epoch, long nowMs, Predicate<String> owns) {
    learner = new Learner(CONFIG, tables, stats, owns, nowMs);
    publisher =
        new Publisher(
            CONFIG,
            "enc",
            learner.rows(),
            tables,
            stats,
            new Publisher.Outputs(Topics.DEFAULT.fineTunedRows(), out, learner::setBack),
            epoch);
    learner.publishTo(publisher);
  }

  /** Ends the reading of what stands in the topics, and takes the rows of a checkpoint. */
  void load(Map<String, byte[]> saved, long nowMs) {
    Loading loading = new Loading(learner, publisher, SmallModel.MODEL.bundleId());
    state.putAll(saved);
    saved.forEach(
        (item, bytes) -> {
          if (item.equals(Identifiers.RANKER_ITEM)) {
            learner.rankerRow().restore(bytes, SmallModel.MODEL.bundleId());
          } else if (!loading.take(item, bytes)) {
            state.remove(item);
          }
        });
    loading.end(nowMs);
  }

  Learner learner() {
    return learner;
  }

  Tables tables() {
    return tables;
  }

  FineTuneStats stats() {
    return stats;
  }

  /** Returns the state of a checkpoint as a release wrote it that knew formats up to this one. */
  Map<String, byte[]> checkpoint(int format) {
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
    return Map.copyOf(state);
  }

  @Override
  public void close() {
    tables.close();
  }
}
