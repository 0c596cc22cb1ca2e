package dev.headwater.jobs.coldstart;

import dev.headwater.idp.text.TextEncoder;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;

/** A text encoder that takes its time. */
final class SlowEncoder implements TextEncoder {
  private final WordEncoder words;
  private final long ms;
  private final Runnable whenItBegins;

  SlowEncoder(long ms) {
    this(ms, () -> {});
  }

  SlowEncoder(long ms, Runnable whenItBegins) {
    this("words", ms, whenItBegins);
  }

  SlowEncoder(String id, long ms, Runnable whenItBegins) {
    words = new WordEncoder(id);
    this.ms = ms;
    this.whenItBegins = whenItBegins;
  }

  @Override
  public String id() {
    return words.id();
  }

  @Override
  public int dim() {
    return words.dim();
  }

  @Override
  public float[][] encode(List<String> texts) {
    whenItBegins.run();
    long until = System.nanoTime() + TimeUnit.MILLISECONDS.toNanos(ms);
    while (System.nanoTime() < until) {
      LockSupport.parkNanos(until - System.nanoTime());
    }
    return words.encode(texts);
  }

  @Override
  public void close() {}
}
