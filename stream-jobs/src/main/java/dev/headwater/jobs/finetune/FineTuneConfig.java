package dev.headwater.jobs.finetune;

import dev.headwater.jobs.DomainModel;
import java.io.Serializable;
import java.time.Duration;

/**
 * Settings of FineTuneJob.
 *
 * @param model the domain and its bundle
 * @param shards subtasks that own rows
 * @param seed of the negatives
 * @param batchSize most examples in a step
 * @param batchWaitMs how long an example waits for company (eight steps at most are collected)
 * @param loadTimeout longest time to read the embedding topics at the start
 * @param publish when a changed row goes out
 * @param parking what becomes of examples whose row is not there yet
 * @param scoring how often examples are ranked before they are learned
 * @param bound what one user may do to one row
 */
public record FineTuneConfig(
    DomainModel model,
    int shards,
    long seed,
    int batchSize,
    int batchWaitMs,
    Duration loadTimeout,
    Publish publish,
    Parking parking,
    Scoring scoring,
    UserBound bound)
    implements Serializable {

  /**
   * When a changed row goes out.
   *
   * @param intervalMs a row goes out at most once in this time
   * @param threshold relative change below which a row waits while the budget binds
   * @param maxAgeMs longest such wait of a row that learned a click
   * @param driftMaxAgeMs longest wait of a row that only moved as a negative or in a history
   * @param rowsPerSecond budget
   */
  public record Publish(
      int intervalMs, double threshold, int maxAgeMs, int driftMaxAgeMs, int rowsPerSecond)
      implements Serializable {
    /** Returns the defaults. */
    public static Publish defaults() {
      return new Publish(500, 0.10, 600, 10_000, 8_000);
    }
  }

  /**
   * What becomes of examples whose row is not there yet.
   *
   * @param maxExamples most that wait; the oldest is dropped and counted for another one
   * @param maxMs longest wait; then it is dropped and counted
   */
  public record Parking(int maxExamples, int maxMs) implements Serializable {
    /** Returns the defaults. */
    public static Parking defaults() {
      return new Parking(20_000, 120_000);
    }
  }

  /**
   * How often examples are ranked before they are learned, and how quality is reported.
   *
   * @param perSecond most examples ranked in a second; the others are learned unranked
   * @param windowMs length of a window in topic {@code quality}
   * @param popularityEvents how many recent events make the popularity ranking
   * @param freezeAtEventTimeMs event time at which the frozen table is taken, negative for not
   */
  public record Scoring(int perSecond, int windowMs, int popularityEvents, long freezeAtEventTimeMs)
      implements Serializable {
    /** Returns the defaults. */
    public static Scoring defaults() {
      return new Scoring(100, 5_000, 2_000, -1);
    }
  }

  /**
   * What one user may do; the rest is counted and not learned.
   *
   * @param perItem most examples with the same target in a window; one that a user clicks more
   *     often teaches in none of their histories any more
   * @param perHistory most examples in a window with the same item in their history; the others are
   *     learned without it
   * @param perUser most examples in a window, whatever the target
   * @param windowMs the window, in event time
   */
  public record UserBound(int perItem, int perHistory, int perUser, long windowMs)
      implements Serializable {
    /** Returns the defaults: one of an item, ten with it in their history, 100 in all an hour. */
    public static UserBound defaults() {
      return new UserBound(1, 10, 100, 3_600_000L);
    }

    /** Returns a bound that never binds. */
    public static UserBound none() {
      return new UserBound(Integer.MAX_VALUE, Integer.MAX_VALUE, Integer.MAX_VALUE, 3_600_000L);
    }
  }

  /** Returns the defaults for a domain. */
  public static FineTuneConfig of(DomainModel model) {
    return new FineTuneConfig(
        model,
        1,
        42,
        32,
        50,
        Duration.ofMinutes(5),
        Publish.defaults(),
        Parking.defaults(),
        Scoring.defaults(),
        UserBound.defaults());
  }

  /** The same with another number of shards. */
  public FineTuneConfig withShards(int value) {
    return new FineTuneConfig(
        model, value, seed, batchSize, batchWaitMs, loadTimeout, publish, parking, scoring, bound);
  }

  /** The same with another bundle. */
  public FineTuneConfig withModel(DomainModel other) {
    return new FineTuneConfig(
        other, shards, seed, batchSize, batchWaitMs, loadTimeout, publish, parking, scoring, bound);
  }

  /** The same with another seed. */
  public FineTuneConfig withSeed(long value) {
    return new FineTuneConfig(
        model,
        shards,
        value,
        batchSize,
        batchWaitMs,
        loadTimeout,
        publish,
        parking,
        scoring,
        bound);
  }
}
