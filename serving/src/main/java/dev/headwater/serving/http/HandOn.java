package dev.headwater.serving.http;

import com.linecorp.armeria.common.HttpData;
import com.linecorp.armeria.common.HttpHeaders;
import com.linecorp.armeria.common.HttpStatus;
import com.linecorp.armeria.common.MediaType;
import dev.headwater.http.ApiException;
import dev.headwater.http.ApiRequest;
import dev.headwater.http.BetweenNodes;
import dev.headwater.http.Endpoint;
import dev.headwater.http.Later;
import dev.headwater.http.Reply;
import dev.headwater.serving.nodes.Member;
import java.net.http.HttpResponse;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/**
 * Hands a request to a node that holds its user or its item, once. Where none of those answers this
 * node does, as well as it can.
 */
final class HandOn implements Endpoint {
  private final Neighbours neighbours;
  private final Function<ApiRequest, List<Member>> homes;
  private final boolean posted;
  private final Endpoint inner;

  private HandOn(
      Neighbours neighbours,
      Function<ApiRequest, List<Member>> homes,
      boolean posted,
      Endpoint inner) {
    this.neighbours = neighbours;
    this.homes = homes;
    this.posted = posted;
    this.inner = inner;
  }

  /** Of a GET about what a part of the path names; nothing is handed on without neighbours. */
  static Endpoint ofNamed(@Nullable Neighbours neighbours, String part, Endpoint inner) {
    return neighbours == null
        ? inner
        : new HandOn(
            neighbours,
            request -> neighbours.homes().of(request.path("domain"), request.id(part)),
            false,
            inner);
  }

  /** Of what every node of the division that serves answers alike. */
  static Endpoint ofAny(@Nullable Neighbours neighbours, boolean posted, Endpoint inner) {
    return neighbours == null
        ? inner
        : new HandOn(neighbours, request -> neighbours.homes().ofAnybody(), posted, inner);
  }

  @Override
  public Object handle(ApiRequest request) {
    List<Member> nodes =
        request.header(BetweenNodes.HANDED_ON) != null ? List.of() : homes.apply(request);
    if (nodes.isEmpty()) {
      return inner.handle(request);
    }
    neighbours.metrics().onHandedOn();
    byte[] body = posted ? request.bytes() : null;
    return new Later(
        neighbours
            .shards()
            .call(
                nodes,
                node ->
                    neighbours
                        .transport()
                        .hand(node, request.pathAndQuery(), body, neighbours.most()))
            .thenComposeAsync(
                told -> told == null ? here(request) : done(reply(told)), request.workers()));
  }

  private CompletableFuture<Object> here(ApiRequest request) {
    Object own = inner.handle(request);
    return own instanceof Later later
        ? later.result().thenApply(value -> (Object) value)
        : done(own);
  }

  private static CompletableFuture<Object> done(Object value) {
    return CompletableFuture.completedFuture(value);
  }

  private static Reply reply(HttpResponse<byte[]> told) {
    return new Reply(
        HttpStatus.valueOf(told.statusCode()),
        MediaType.parse(told.headers().firstValue("content-type").orElse("application/json")),
        HttpData.wrap(told.body()),
        told.headers()
            .firstValue(ApiException.RETRY_AFTER)
            .map(wait -> HttpHeaders.of(ApiException.RETRY_AFTER, wait))
            .orElse(HttpHeaders.of()));
  }
}
