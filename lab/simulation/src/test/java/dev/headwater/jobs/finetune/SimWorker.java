package dev.headwater.jobs.finetune;

import dev.headwater.events.RowRecord;
import dev.headwater.idp.online.EncodedStep;
import dev.headwater.jobs.DomainModel;
import dev.headwater.jobs.rows.RowsFollower;
import dev.headwater.simulation.log.Log;
import dev.headwater.simulation.log.LogReader;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.concurrent.atomic.AtomicInteger;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.jspecify.annotations.Nullable;

/**
 * A worker beside the owner of an attempt, at its own pace: its copy of the rows is behind, it
 * changes bundles when it hears of it, and what it worked out is on its way for a while.
 */
final class SimWorker implements AutoCloseable {
  private static final AtomicInteger STARTS = new AtomicInteger();

  private final Log log;
  private final Random random;
  private final OwnerRoutes routes =
      new OwnerRoutes(new StateKeys(SmallModel.MODEL.domain()), 1, 128);
  private final DomainWorker worker =
      new DomainWorker(SmallModel.MODEL.domain(), TrainerAttempt.CONFIG.settings(), 2);
  private final Deque<byte[]> onItsWay = new ArrayDeque<>();
  private @Nullable CopyFeed feed;

  /** Reads the rows of a bundle when it is told to. */
  private static final class CopyFeed extends TestFeed {
    private final LogReader rows;
    private final DomainModel model;
    private final RowsFollower.Listener listener;

    CopyFeed(Log log, DomainModel model, RowsFollower.Listener listener) {
      this.rows = new LogReader(log, SimTrainer.ROWS.topics(), Map.of());
      this.model = model;
      this.listener = listener;
    }

    void read(int max, Random random) throws Exception {
      List<ConsumerRecord<byte[], byte[]>> read = rows.poll(max, random);
      for (ConsumerRecord<byte[], byte[]> record : read) {
        RowRecord row = SimTrainer.row(record, model);
        if (row != null) {
          listener.onRow(row);
        }
      }
      caughtUp |= read.isEmpty();
    }
  }

  SimWorker(Log log, Random random) {
    this.log = log;
    this.random = random;
  }

  /** Takes an event in. */
  void take(TrainingExample event, long nowMs) {
    if (worker.take(event, nowMs)) {
      work();
    }
  }

  /** Hears what is announced, reads some rows, works. */
  void step(DomainModel announced) throws Exception {
    if (worker.lacks(announced) && random.nextBoolean()) {
      worker.begin(
          announced,
          SimTrainer.LEARNING,
          (name, listener) -> {
            CopyFeed opened = new CopyFeed(log, announced, listener);
            feed = opened;
            return opened;
          },
          "simulation-" + STARTS.incrementAndGet());
    }
    CopyFeed now = feed;
    if (now != null) {
      now.read(1 + random.nextInt(20), random);
    }
    if (random.nextBoolean()) {
      work();
    }
  }

  /** Works out what waits; it is on its way then. */
  void work() {
    drain();
    while (worker.waiting() > 0) {
      DomainWorker.Batch batch = worker.next();
      List<EncodedStep> encoded = Turn.encode(List.of(batch)).get(0).encoded();
      onItsWay.addAll(worker.forOwners(batch, encoded, routes));
      worker.done();
    }
  }

  private void drain() {
    try {
      worker.drain();
    } catch (InterruptedException e) {
      throw new IllegalStateException(e);
    }
  }

  /** Returns what arrives next, null where nothing is on its way. */
  byte @Nullable [] arrives() {
    return onItsWay.pollFirst();
  }

  @Override
  public void close() {
    worker.close();
  }
}
