package dev.headwater.serving.http;

import com.linecorp.armeria.common.HttpStatus;
import dev.headwater.client.answers.NodeHealth;
import dev.headwater.client.answers.Readiness;
import dev.headwater.http.ApiRequest;
import dev.headwater.http.Endpoint;
import dev.headwater.http.Reply;
import java.util.function.Supplier;

/**
 * {@code GET /health}: 200 {@code {"status": "up"}} while the process can do its work, 503 {@code
 * {"status": "down", "why": …}} when a follower stopped: then a restart is due.
 */
final class Health implements Endpoint {
  private final Supplier<Readiness> readiness;

  Health(Supplier<Readiness> readiness) {
    this.readiness = readiness;
  }

  @Override
  public Object handle(ApiRequest request) {
    String failure = readiness.get().failure();
    return failure == null
        ? new NodeHealth("up", null)
        : Reply.json(HttpStatus.SERVICE_UNAVAILABLE, new NodeHealth("down", failure));
  }
}
