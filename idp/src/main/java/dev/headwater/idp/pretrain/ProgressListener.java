package dev.headwater.idp.pretrain;

import dev.headwater.idp.train.EpochProgress;
import java.util.function.Consumer;

/** Hears how long work goes on. Called on the working thread; must return at once. */
public interface ProgressListener {
  /** Called often. */
  void onProgress(Progress progress);

  /**
   * Where the work stands.
   *
   * @param phase what is being done, in plain words
   * @param fraction done of this phase, 0 to 1
   * @param epoch current epoch from 1; 0 outside training
   * @param loss mean loss of the epoch so far; NaN outside training
   * @param metric best validation NDCG@10 so far; NaN before the first
   * @param sequencesPerSecond speed of training; NaN outside training
   * @param secondsLeft estimate for this phase at most; NaN when unknown
   */
  record Progress(
      String phase,
      double fraction,
      int epoch,
      double loss,
      double metric,
      double sequencesPerSecond,
      double secondsLeft) {
    /** A phase outside training of which nothing but the part done is known. */
    public static Progress of(String phase, double fraction) {
      return new Progress(phase, fraction, 0, Double.NaN, Double.NaN, Double.NaN, Double.NaN);
    }
  }

  /** Tells a listener of a phase of training, epoch by epoch. */
  static Consumer<EpochProgress> ofEpochs(String phase, ProgressListener listener) {
    TimeLeft timeLeft = new TimeLeft();
    return epoch -> {
      double fraction = (epoch.epoch() - 1 + epoch.fraction()) / epoch.epochs();
      listener.onProgress(
          new Progress(
              phase,
              fraction,
              epoch.epoch(),
              epoch.loss(),
              epoch.bestMetric(),
              epoch.sequencesPerSecond(),
              timeLeft.seconds(fraction, System.nanoTime())));
    };
  }

  /** Hears nothing. */
  static ProgressListener silent() {
    return progress -> {};
  }
}
