package dev.headwater.http;

import org.jspecify.annotations.Nullable;

/** Words for the exceptions of a server's endpoints that are not {@link ApiException}s. */
@FunctionalInterface
public interface Problems {
  /** Knows none. */
  Problems NONE = failure -> null;

  /** Returns what a caller is told, or null for an exception that it does not know. */
  @Nullable Problem of(Throwable failure);
}
