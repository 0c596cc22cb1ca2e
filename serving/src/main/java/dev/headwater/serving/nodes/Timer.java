package dev.headwater.serving.nodes;

/** Does something later. Thread-safe. */
@FunctionalInterface
public interface Timer {
  /** Does it after so many milliseconds. */
  void after(long delayMs, Runnable task);
}
