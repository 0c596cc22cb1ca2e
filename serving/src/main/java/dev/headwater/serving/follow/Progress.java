package dev.headwater.serving.follow;

import java.time.Duration;
import org.jspecify.annotations.Nullable;

/** How far a node has followed its topics. */
public interface Progress {
  /** Returns the part of the topics, as they stood at the start, that was taken in; 0 to 1. */
  double fractionLoaded();

  /** Tells whether all announcements were read that stood in the log at the start. */
  boolean isAnnounced();

  /** Returns how far the follower that is furthest behind its topics is behind. */
  Duration staleness();

  /** Returns the same without the time in which no broker answered. */
  Duration behind();

  /** Returns what stopped a follower, or null while all are well. */
  @Nullable Exception failure();
}
