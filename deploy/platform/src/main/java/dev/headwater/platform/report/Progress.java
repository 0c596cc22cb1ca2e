package dev.headwater.platform.report;

import dev.headwater.idp.pretrain.ProgressListener;
import java.io.PrintStream;
import java.util.Locale;
import me.tongfei.progressbar.ProgressBar;
import me.tongfei.progressbar.ProgressBarBuilder;
import me.tongfei.progressbar.ProgressBarStyle;
import org.jspecify.annotations.Nullable;

/**
 * Shows how training goes: a bar a phase when a terminal is attached, otherwise a line every ten
 * seconds. Used from one thread.
 */
public final class Progress implements ProgressListener, AutoCloseable {
  private static final long LINE_EVERY_NANOS = 10_000_000_000L;
  private static final int STEPS = 1000;

  private final PrintStream out;
  private final boolean terminal = Terminal.isAttached();
  private @Nullable ProgressBar bar;
  private String phase = "";
  private long lastLineNanos;
  private int epochs;
  private double sequencesPerSecond;

  /** Creates one that writes to a stream. */
  public Progress(PrintStream out) {
    this.out = out;
  }

  @Override
  public void onProgress(ProgressListener.Progress progress) {
    epochs = Math.max(epochs, progress.epoch());
    if (Double.isFinite(progress.sequencesPerSecond())) {
      sequencesPerSecond = progress.sequencesPerSecond();
    }
    boolean newPhase = !progress.phase().equals(phase);
    if (newPhase) {
      close();
      phase = progress.phase();
    }
    if (terminal) {
      show(progress);
    } else if (newPhase || System.nanoTime() - lastLineNanos > LINE_EVERY_NANOS) {
      lastLineNanos = System.nanoTime();
      out.printf("      %s: %.0f %% %s%n", phase, 100 * progress.fraction(), figures(progress));
    }
  }

  private void show(ProgressListener.Progress progress) {
    if (bar == null) {
      bar =
          new ProgressBarBuilder()
              .setTaskName("      " + phase)
              .setInitialMax(STEPS)
              .setStyle(ProgressBarStyle.ASCII)
              .setUpdateIntervalMillis(200)
              .build();
    }
    bar.stepTo(Math.round(progress.fraction() * STEPS));
    bar.setExtraMessage(figures(progress));
  }

  private static String figures(ProgressListener.Progress progress) {
    StringBuilder text = new StringBuilder();
    if (progress.epoch() > 0) {
      text.append("epoch ").append(progress.epoch());
    }
    append(text, " loss %.3f", progress.loss());
    append(text, " NDCG@10 %.4f", progress.metric());
    append(text, " %,.0f sequences/s", progress.sequencesPerSecond());
    append(text, " %.0f s left", progress.secondsLeft());
    return text.toString();
  }

  private static void append(StringBuilder text, String format, double value) {
    if (Double.isFinite(value)) {
      text.append(String.format(Locale.ROOT, format, value));
    }
  }

  /** Returns the number of epochs seen. */
  public int epochs() {
    return epochs;
  }

  /** Returns the newest training speed, 0 before the first. */
  public double sequencesPerSecond() {
    return sequencesPerSecond;
  }

  @Override
  public void close() {
    if (bar != null) {
      bar.close();
      bar = null;
    }
  }
}
