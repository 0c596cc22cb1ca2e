package dev.headwater.jobs.finetune;

import dev.headwater.idp.encoder.SequenceEncoder;
import dev.headwater.idp.online.EncodedStep;
import dev.headwater.idp.online.Example;
import dev.headwater.idp.online.GradientWorker;
import dev.headwater.idp.online.JointStep;
import dev.headwater.idp.online.OnlineConfig;
import dev.headwater.idp.online.Steps;
import dev.headwater.jobs.DomainModel;
import dev.headwater.jobs.rows.RowFeed;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * The half of a domain's learning that changes nothing: events wait in a window, and those whose
 * rows are in its copy go through the encoder in one step. It decides nothing: whatever it cannot
 * work out goes to the owner as it came. For one thread.
 */
final class DomainWorker implements AutoCloseable {
  /** Most events that wait, should hardly any of them teach. */
  private static final int WINDOW_MOST = 16_384;

  private final String domain;
  private final FineTuneConfig.Settings settings;
  private final long seed;
  private final List<TrainingExample> window = new ArrayList<>();
  private @Nullable Work work;
  private int lessons;
  private long steps;
  private long sinceMs;

  /** What belongs to a bundle. */
  private record Work(
      DomainModel model, SequenceEncoder encoder, SharedCopy copy, GradientWorker worker) {
    void close() {
      copy.release();
      encoder.close();
    }
  }

  /**
   * What is to be worked out.
   *
   * @param events of the window
   * @param steps of those that have their rows
   */
  record Batch(DomainWorker of, List<TrainingExample> events, List<List<Lesson>> steps) {}

  /** An event by its place and its slots. */
  record Lesson(int place, Example example) {
    /** Returns how many rows it goes through the encoder with. */
    int length() {
      return example.history().length;
    }
  }

  /** Has no model yet. */
  DomainWorker(String domain, FineTuneConfig.Settings settings, long seed) {
    this.domain = domain;
    this.settings = settings;
    this.seed = seed;
  }

  String domain() {
    return domain;
  }

  /** Tells whether it works with another bundle, or with none. */
  boolean lacks(DomainModel model) {
    Work now = work;
    return now == null || !now.model().equals(model);
  }

  /**
   * Goes on with a bundle; what waits goes on waiting.
   *
   * @param job whose workers share their copy
   */
  void begin(DomainModel model, LearningModel learning, RowFeed.Opener feeds, String job) {
    close();
    SequenceEncoder encoder = learning.encoders().get();
    String name = job + "-copy-" + domain;
    SharedCopy copy =
        SharedCopy.acquire(
            name + "/" + model.bundleId(), learning.dim(), listener -> feeds.open(name, listener));
    GradientWorker worker =
        new GradientWorker(
            encoder, copy.rows().table(), OnlineConfig.defaults(), learning.logitScale(), seed);
    work = new Work(model, encoder, copy, worker);
  }

  /** Takes in rows that were read. */
  void drain() throws InterruptedException {
    Work now = work;
    if (now != null) {
      now.copy().drain();
    }
  }

  /** Takes an event; true where no more are to wait. */
  boolean take(TrainingExample event, long nowMs) {
    sinceMs = window.isEmpty() ? nowMs : sinceMs;
    window.add(event);
    lessons += event.isFirst() ? 0 : 1;
    return lessons >= mostLessons() || window.size() >= WINDOW_MOST;
  }

  /**
   * As many as one that learns alone, however many workers there are: of fewer, histories of like
   * length are fewer, and what pads them costs half as much again.
   */
  private int mostLessons() {
    return Steps.MOST * settings.batchSize();
  }

  /** Returns how many events wait. */
  int waiting() {
    return window.size();
  }

  /** Tells whether what waits has company enough, or has waited for it long enough. */
  boolean isDue(long nowMs) {
    return !window.isEmpty()
        && (lessons >= mostLessons() || Elapsed.isOver(sinceMs, nowMs, settings.batchWait()));
  }

  /**
   * Takes out of the window what is learned in one turn; events that teach nothing come along. Rows
   * stay as they are until it is {@link #done}.
   */
  Batch next() {
    int taken = 0;
    for (int left = mostLessons(); taken < window.size() && left > 0; taken++) {
      left -= window.get(taken).isFirst() ? 0 : 1;
    }
    List<TrainingExample> events = List.copyOf(window.subList(0, taken));
    window.subList(0, taken).clear();
    lessons = (int) window.stream().filter(event -> !event.isFirst()).count();
    Work now = work;
    List<Lesson> known = new ArrayList<>();
    if (now != null) {
      RowCopy rows = now.copy().look();
      for (int i = 0; now.copy().isCaughtUp() && i < events.size(); i++) {
        Example example = example(events.get(i), rows);
        if (example != null) {
          known.add(new Lesson(i, example));
        }
      }
    }
    return new Batch(this, events, Steps.of(known, Lesson::length, settings.batchSize()));
  }

  /** What was taken was sent. */
  void done() {
    Work now = work;
    if (now != null) {
      now.copy().done();
    }
  }

  /** Null where the target or all that teaches has no row, or nothing came before. */
  private static @Nullable Example example(TrainingExample event, RowCopy rows) {
    RowCopy.Copied target = rows.get(event.target());
    int[] taught = new int[event.history().length];
    int known = 0;
    for (int i = 0; target != null && i < taught.length; i++) {
      RowCopy.Copied row = event.teaches()[i] ? rows.get(event.history()[i]) : null;
      if (row != null) {
        taught[known++] = row.slot();
      }
    }
    return target == null || known == 0
        ? null
        : new Example(Arrays.copyOf(taught, known), target.slot(), event.weight());
  }

  /** Returns the encoder: steps of one encoder are worked out together. */
  SequenceEncoder encoder() {
    return now().encoder();
  }

  /** Returns what is to be encoded of a step. */
  JointStep.Work work(List<Lesson> step) {
    return new JointStep.Work(now().worker(), step.stream().map(Lesson::example).toList(), steps++);
  }

  private Work now() {
    Work now = work;
    if (now == null) {
      throw new IllegalStateException("domain " + domain + " has no model");
    }
    return now;
  }

  /**
   * Returns the bytes for each owner, by its number.
   *
   * @param encoded each of its steps; one that is no number is left out
   */
  List<byte[]> forOwners(Batch batch, List<EncodedStep> encoded, OwnerRoutes routes) {
    List<WorkedStep.Part> parts = new ArrayList<>();
    for (int i = 0; i < encoded.size(); i++) {
      if (encoded.get(i).isFinite()) {
        int[] places = batch.steps().get(i).stream().mapToInt(Lesson::place).toArray();
        parts.add(new WorkedStep.Part(places, encoded.get(i)));
      }
    }
    Work now = work;
    String bundleId = now == null ? "" : now.model().bundleId();
    RowCopy rows = now == null ? null : now.copy().rows();
    return new WorkedStep(bundleId, batch.events(), parts)
            .cut(domain, routes, slot -> routes.shard(domain, now().copy().rows().at(slot).item()))
            .stream()
            .map(step -> WorkedStepCodec.write(step, rows))
            .toList();
  }

  @Override
  public void close() {
    Work before = work;
    work = null;
    if (before != null) {
      before.close();
    }
  }
}
