package dev.headwater.serving.lag;

import java.util.Locale;

/** What a hop does. The order is that of alarm: of several partitions the last counts. */
public enum HopState {
  /** In time, but nothing real came; or nothing reaches it. */
  IDLE,
  /** In time. */
  LIVE,
  /** Late. */
  SLOW,
  /** Something waits for it and nothing passes. */
  STOPPED;

  /** Returns the name in answers and metrics. */
  public String code() {
    return name().toLowerCase(Locale.ROOT);
  }
}
