package dev.headwater.jobs.finetune;

import dev.headwater.events.Topics;
import dev.headwater.events.json.Identifiers;
import dev.headwater.idp.online.OnlineConfig;
import dev.headwater.jobs.DomainModel;
import dev.headwater.jobs.kafka.OutRecord;
import java.util.Collections;
import java.util.Map;
import java.util.TreeMap;
import java.util.function.Consumer;
import java.util.function.Predicate;
import org.jspecify.annotations.Nullable;

/**
 * The owner's part of an attempt as {@link FineTuneOperator} puts it together, with maps in place
 * of keyed state: rows of the topics are given to the learner, then the saved ones, then it learns.
 */
final class TrainerAttempt implements AutoCloseable {
  static final FineTuneConfig CONFIG = FineTuneConfig.of(SmallModel.MODEL);

  private final FineTuneStats stats;
  private final Tables tables;
  private final Learner learner;
  private final Publisher publisher;
  private final Map<String, byte[]> state = new TreeMap<>();
  private final String bundle;

  TrainerAttempt(Consumer<OutRecord> out, long epoch, long nowMs, Predicate<String> owns) {
    this(
        SmallModel.MODEL,
        SmallModel.open(),
        FineTuneStats.of("trainer-" + System.nanoTime()),
        out,
        epoch,
        nowMs,
        owns);
  }

  /** One that learns with a bundle. */
  TrainerAttempt(
      DomainModel model,
      LearningModel learning,
      FineTuneStats stats,
      Consumer<OutRecord> out,
      long epoch,
      long nowMs,
      Predicate<String> owns) {
    this.stats = stats;
    bundle = model.bundleId();
    tables = new Tables(learning, OnlineConfig.defaults().withNegatives(8), 1);
    FineTuneConfig config = CONFIG.withModel(model);
    learner = new Learner(config, tables, stats, owns, nowMs);
    publisher =
        new Publisher(
            config,
            "enc",
            learner.rows(),
            tables,
            stats,
            new Publisher.Outputs(Topics.DEFAULT.fineTunedRows(), out, learner::setBack),
            epoch);
    learner.publishTo(publisher);
  }

  /**
   * Ends the reading of what stands in the topics, and takes the rows of a checkpoint.
   *
   * @param clock by which it counts from now on
   */
  void load(Map<String, byte[]> saved, EventClock clock, long nowMs) {
    Loading loading = new Loading(learner, publisher, bundle);
    state.putAll(saved);
    saved.forEach(
        (item, bytes) -> {
          if (item.equals(Identifiers.RANKER_ITEM)) {
            learner.rankerRow().restore(bytes, bundle);
          } else {
            byte[] kept = loading.take(item, bytes);
            state.computeIfPresent(item, (key, was) -> kept);
          }
        });
    loading.end(nowMs);
    learner.counting().goOnBy(clock);
  }

  Learner learner() {
    return learner;
  }

  Tables tables() {
    return tables;
  }

  Publisher publisher() {
    return publisher;
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
              bundle,
              null,
              learner.counting().encode(row),
              format));
    }
    state.put(Identifiers.RANKER_ITEM, learner.rankerRow().save(bundle));
    return Collections.unmodifiableMap(new TreeMap<>(state)); // as load goes through it
  }

  /** Returns the row of an item in the last checkpoint, null where it has none. */
  byte @Nullable [] saved(String item) {
    return state.get(item);
  }

  @Override
  public void close() {
    tables.close();
  }
}
