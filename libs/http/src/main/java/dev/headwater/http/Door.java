package dev.headwater.http;

import com.linecorp.armeria.common.HttpStatus;
import java.util.concurrent.atomic.AtomicInteger;

/**
 * Lets only so many requests in at a time and sends the rest away at once, before anything is done
 * for them: a node with more work than it can do does what it can. Thread-safe.
 */
final class Door {
  static final String CODE = "overloaded";

  /** More are sent away at once. */
  private static final int PORCH_MAX = 2_000;

  private final int max;
  private final AtomicInteger inside = new AtomicInteger();
  private final AtomicInteger onPorch = new AtomicInteger();

  Door(int max) {
    this.max = max;
  }

  /** Lets one in; each must {@link #leave}. */
  boolean enter() {
    if (inside.incrementAndGet() <= max) {
      return true;
    }
    inside.decrementAndGet();
    return false;
  }

  boolean isFull() {
    return inside.get() >= max;
  }

  void leave() {
    inside.decrementAndGet();
  }

  /** Lets one wait for its refusal; each must {@link #leavePorch}. */
  boolean enterPorch() {
    if (onPorch.incrementAndGet() <= PORCH_MAX) {
      return true;
    }
    onPorch.decrementAndGet();
    return false;
  }

  void leavePorch() {
    onPorch.decrementAndGet();
  }

  int inside() {
    return inside.get();
  }

  static ApiException closed() {
    return new ApiException(HttpStatus.SERVICE_UNAVAILABLE, CODE, "too many requests are in work");
  }
}
