package dev.headwater.jobs.finetune;

import dev.headwater.configuration.ConfigFile;
import dev.headwater.idp.tensor.ComputeDevice;
import dev.headwater.jobs.DomainModel;
import java.io.Serializable;
import java.time.Duration;
import java.util.Map;

/**
 * What a FineTuneJob runs with.
 *
 * @param model the domain and its bundle
 * @param settings how it learns
 */
public record FineTuneConfig(DomainModel model, Settings settings) implements Serializable {
  /** Into so many parts users and items are divided, and state with them, for good. */
  static final int MOST_SUBTASKS = 128;

  /** Returns the reference's settings for a domain. */
  public static FineTuneConfig of(DomainModel model) {
    return new FineTuneConfig(model, Settings.of(Map.of()));
  }

  /** The same with other negatives. */
  public FineTuneConfig withSeed(long seed) {
    return new FineTuneConfig(
        model,
        settings.with(
            settings.workers, settings.shards, seed, settings.batchWait, settings.scoring));
  }

  /** The same with another number of workers. */
  public FineTuneConfig withWorkers(int workers) {
    return new FineTuneConfig(
        model,
        settings.with(
            workers, settings.shards, settings.seed, settings.batchWait, settings.scoring));
  }

  /** The same, but every example is ranked before it is learned, whatever that costs. */
  public FineTuneConfig rankingEvery() {
    return new FineTuneConfig(
        model,
        settings.with(
            settings.workers,
            settings.shards,
            settings.seed,
            settings.batchWait,
            settings.scoring.ofEvery()));
  }

  /** The same with another bundle. */
  public FineTuneConfig withModel(DomainModel other) {
    return new FineTuneConfig(other, settings);
  }

  /**
   * Section {@code fine-tune} of the configuration; {@code reference.conf} says what each key means
   * and holds the defaults.
   */
  public record Settings(
      int workers,
      int shards,
      long seed,
      String device,
      int batchSize,
      Duration batchWait,
      Duration loadTimeout,
      Publish publish,
      Parking parking,
      Scoring scoring,
      UserBound userBound)
      implements Serializable {
    /** Checks the numbers. */
    public Settings {
      requireSubtasks(workers, "workers");
      requireSubtasks(shards, "shards");
      requireAtLeastOne(batchSize, "batch-size");
      var unused = ComputeDevice.requireName(device);
    }

    /** Returns the reference's settings with other values by key, {@code publish.interval} say. */
    public static Settings of(Map<String, ?> values) {
      return ConfigFile.section("fine-tune", values, Settings.class);
    }

    /**
     * Returns the same for one owner that works alone and whose pace decides nothing, as in a
     * replay: steps by count alone, and every example ranked.
     */
    public Settings inFullBatches() {
      return with(1, 1, seed, Duration.ofMillis(Long.MAX_VALUE), scoring.ofEvery());
    }

    private Settings with(
        int newWorkers, int newShards, long newSeed, Duration newBatchWait, Scoring newScoring) {
      return new Settings(
          newWorkers,
          newShards,
          newSeed,
          device,
          batchSize,
          newBatchWait,
          loadTimeout,
          publish,
          parking,
          newScoring,
          userBound);
    }
  }

  /** When a changed row goes out. */
  public record Publish(
      Duration interval, double threshold, Duration ageMax, Duration driftAgeMax, int rowsPerSecond)
      implements Serializable {}

  /** What becomes of examples whose row is not there yet. */
  public record Parking(int examplesMax, Duration waitMax) implements Serializable {}

  /** How often examples are ranked before they are learned, and how quality is reported. */
  public record Scoring(int perSecond, Duration window, int popularityEvents)
      implements Serializable {
    private Scoring ofEvery() {
      return new Scoring(Integer.MAX_VALUE, window, popularityEvents);
    }
  }

  /**
   * What one user may do; the rest is counted and not learned. An item that a user clicks more
   * often than {@code perItem} teaches in none of their histories any more.
   */
  public record UserBound(int perItem, int perHistory, int perUser, Duration window)
      implements Serializable {
    /** Checks the window, by which times are divided. */
    public UserBound {
      if (window.toMillis() < 1) {
        throw new IllegalArgumentException("window must be at least 1 ms");
      }
    }
  }

  private static void requireAtLeastOne(int number, String key) {
    if (number < 1) {
      throw new IllegalArgumentException(key + " must be at least 1");
    }
  }

  private static void requireSubtasks(int number, String key) {
    requireAtLeastOne(number, key);
    if (number > MOST_SUBTASKS) {
      throw new IllegalArgumentException(key + " must be at most " + MOST_SUBTASKS);
    }
  }
}
