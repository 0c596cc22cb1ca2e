package dev.headwater.jobs.finetune;

import dev.headwater.idp.online.OnlineConfig;
import dev.headwater.jobs.kafka.OutRecord;
import dev.headwater.jobs.rows.RowFeed;
import java.util.function.Consumer;
import java.util.function.Predicate;

/**
 * All that belongs to learning with one bundle, from the claim of an epoch to the closing of its
 * tensors. For one thread.
 */
record Session(
    FineTuneConfig config,
    FineTuneStats stats,
    Tables tables,
    Learner learner,
    Publisher publisher,
    RowInbox inbox,
    RowFeed feed)
    implements AutoCloseable, HeartbeatGate.Work {

  /**
   * Where a session learns.
   *
   * @param job its name
   * @param rowTopic where rows go
   * @param owns tells which items this shard owns
   * @param out takes rows
   * @param tracing makes spans of them
   */
  record Context(
      String job,
      String rowTopic,
      Predicate<String> owns,
      Consumer<OutRecord> out,
      RowTracing tracing) {}

  /** What takes its time and can be had on any thread: the model, and a claimed epoch. */
  record Prepared(LearningModel model, long epoch, FineTuneJob.ModelPorts ports) {
    static Prepared of(FineTuneJob.ModelPorts ports) throws Exception {
      return new Prepared(ports.models().open(), ports.epochs().claim(), ports);
    }
  }

  /** Begins to read rows; nothing is loaded yet. */
  static Session begin(
      Context place, FineTuneConfig config, FineTuneStats stats, Prepared prepared, long nowMs) {
    LearningModel model = prepared.model();
    Tables tables = new Tables(model, OnlineConfig.defaults(), config.settings().seed());
    Learner learner = new Learner(config, tables, stats, place.owns(), nowMs);
    learner.traceWith(place.tracing());
    Publisher publisher =
        new Publisher(
            config,
            model.encoderId(),
            learner.rows(),
            tables,
            stats,
            new Publisher.Outputs(place.rowTopic(), place.out(), learner::setBack, place.tracing()),
            prepared.epoch());
    learner.publishTo(publisher);
    RowInbox inbox = new RowInbox();
    RowFeed feed = prepared.ports().feeds().open(place.job() + "-rows", inbox);
    return new Session(config, stats, tables, learner, publisher, inbox, feed);
  }

  @Override
  public long oldestExampleMs() {
    return learner.oldestExampleMs();
  }

  @Override
  public long oldestRowMs() {
    return publisher.oldestClickedMs();
  }

  @Override
  public void close() {
    inbox.close();
    feed.close();
    tables.close();
  }
}
