package dev.headwater.serving.http;

import com.linecorp.armeria.common.HttpStatus;
import dev.headwater.client.answers.Readiness;
import dev.headwater.http.ApiRequest;
import dev.headwater.http.Endpoint;
import dev.headwater.http.Reply;
import java.util.function.Supplier;

/**
 * {@code GET /ready}: 200 when this node may get traffic, else 503; both with {@code {"ready":
 * false, "fraction_loaded": 0.42, "staleness_seconds": 0, "waiting_for": […]}}. The fraction is
 * that of the topics as they stood at the start; a node that fell further behind the topics than it
 * is allowed to waits for them again.
 */
final class Ready implements Endpoint {
  private final Supplier<Readiness> readiness;

  Ready(Supplier<Readiness> readiness) {
    this.readiness = readiness;
  }

  @Override
  public Object handle(ApiRequest request) {
    Readiness now = readiness.get();
    return Reply.json(now.ready() ? HttpStatus.OK : HttpStatus.SERVICE_UNAVAILABLE, now);
  }
}
