package dev.headwater.serving.http;

import com.linecorp.armeria.common.HttpStatus;
import dev.headwater.serving.state.Readiness;
import java.util.function.Supplier;

/**
 * {@code GET /health}: 200 {@code {"status": "up"}} while the process can do its work, 503 {@code
 * {"status": "down", "why": …}} when a follower stopped: then a restart is due.
 */
final class Health implements Endpoint {
  private final Supplier<Readiness> readiness;

  /** The answer. */
  record Status(String status, @org.jspecify.annotations.Nullable String why) {}

  Health(Supplier<Readiness> readiness) {
    this.readiness = readiness;
  }

  @Override
  public Object handle(ApiRequest request) {
    String failure = readiness.get().failure();
    return failure == null
        ? new Status("up", null)
        : Reply.json(HttpStatus.SERVICE_UNAVAILABLE, new Status("down", failure));
  }
}
