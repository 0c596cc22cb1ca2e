package dev.headwater.launcher.demo;

import dev.headwater.platform.report.Terminal;
import java.io.PrintStream;
import java.time.Duration;
import me.tongfei.progressbar.ProgressBar;
import me.tongfei.progressbar.ProgressBarBuilder;
import me.tongfei.progressbar.ProgressBarStyle;
import org.jspecify.annotations.Nullable;

/**
 * Tells the story: a line of plain words a step, and a progress bar on long work when a terminal is
 * attached (a line every ten seconds otherwise).
 */
final class Narrator {
  private static final long LINE_EVERY_NANOS = 10_000_000_000L;

  private final PrintStream out;
  private final boolean terminal = Terminal.isAttached();
  private final long startNanos = System.nanoTime();

  Narrator(PrintStream out) {
    this.out = out;
  }

  PrintStream stream() {
    return out;
  }

  /** Begins a step. */
  void step(int number, String title) {
    out.printf("%n%s  (%d) %s%n", clock(), number, title);
  }

  /** Says something. */
  void say(String text) {
    out.printf("%s      %s%n", clock(), text);
  }

  /** Says something without the clock, for tables. */
  void plain(String text) {
    out.println(text);
  }

  /** Begins work of a known size. */
  Progress progress(String what, long total) {
    return new Progress(what, total);
  }

  private String clock() {
    Duration elapsed = Duration.ofNanos(System.nanoTime() - startNanos);
    return "%02d:%02d".formatted(elapsed.toMinutes(), elapsed.toSecondsPart());
  }

  /** One piece of long work. */
  final class Progress implements AutoCloseable {
    private final String what;
    private final long total;
    private final @Nullable ProgressBar bar;
    private long lastLineNanos = System.nanoTime();

    private Progress(String what, long total) {
      this.what = what;
      this.total = total;
      this.bar =
          terminal
              ? new ProgressBarBuilder()
                  .setTaskName("      " + what)
                  .setInitialMax(Math.max(1, total))
                  .setStyle(ProgressBarStyle.ASCII)
                  .setUpdateIntervalMillis(200)
                  .showSpeed()
                  .build()
              : null;
    }

    /** Says how far it is. */
    void to(long done, String extra) {
      if (bar != null) {
        bar.stepTo(done);
        bar.setExtraMessage(extra);
      } else if (System.nanoTime() - lastLineNanos > LINE_EVERY_NANOS) {
        lastLineNanos = System.nanoTime();
        say("%s: %,d of %,d %s".formatted(what, done, total, extra));
      }
    }

    @Override
    public void close() {
      if (bar != null) {
        bar.close();
      }
    }
  }
}
