package dev.headwater.serving.http;

import com.linecorp.armeria.common.HttpStatus;
import java.util.concurrent.atomic.AtomicInteger;

/**
 * Lets only so many requests in at a time and sends the rest away at once, before anything is done
 * for them: a node with more work than it can do does what it can. Thread-safe.
 */
final class Door {
  static final String CODE = "overloaded";

  private final int max;
  private final AtomicInteger inside = new AtomicInteger();

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

  int inside() {
    return inside.get();
  }

  static ApiException closed() {
    return new ApiException(HttpStatus.SERVICE_UNAVAILABLE, CODE, "too many requests are in work");
  }
}
