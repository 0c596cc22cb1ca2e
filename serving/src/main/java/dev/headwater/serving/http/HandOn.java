package dev.headwater.serving.http;

import com.linecorp.armeria.common.HttpData;
import com.linecorp.armeria.common.HttpHeaders;
import com.linecorp.armeria.common.HttpStatus;
import com.linecorp.armeria.common.MediaType;
import dev.headwater.http.ApiException;
import dev.headwater.http.ApiRequest;
import dev.headwater.http.Endpoint;
import dev.headwater.http.Later;
import dev.headwater.http.Reply;
import dev.headwater.serving.nodes.Homes;
import dev.headwater.serving.nodes.Member;
import java.net.http.HttpResponse;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.function.Function;
import java.util.function.Predicate;
import org.jspecify.annotations.Nullable;

/**
 * Hands a request to a node that holds its user or its item, once. Where none of those answers this
 * node does, as well as it can; 503 {@code not_ready} where it would have to say of what it does
 * not hold that it does not exist.
 */
final class HandOn implements Endpoint {
  private final Neighbours neighbours;
  private final Function<ApiRequest, List<Member>> homes;
  private final Predicate<ApiRequest> isForeign;
  private final boolean posted;
  private final Endpoint inner;

  private HandOn(
      Neighbours neighbours,
      Function<ApiRequest, List<Member>> homes,
      Predicate<ApiRequest> isForeign,
      boolean posted,
      Endpoint inner) {
    this.neighbours = neighbours;
    this.homes = homes;
    this.isForeign = isForeign;
    this.posted = posted;
    this.inner = inner;
  }

  /** Of a GET about what a part of the path names; nothing is handed on without neighbours. */
  static Endpoint ofNamed(@Nullable Neighbours neighbours, String part, Endpoint inner) {
    return ofNamed(neighbours, part, false, inner);
  }

  /** The same of what nobody but those who hold it can tell. */
  static Endpoint ofHeld(@Nullable Neighbours neighbours, String part, Endpoint inner) {
    return ofNamed(neighbours, part, true, inner);
  }

  private static Endpoint ofNamed(
      @Nullable Neighbours neighbours, String part, boolean held, Endpoint inner) {
    if (neighbours == null) {
      return inner;
    }
    Homes homes = neighbours.homes();
    return new HandOn(
        neighbours,
        request -> homes.of(request.path("domain"), request.id(part)),
        request -> held && homes.isElsewhere(request.path("domain"), request.id(part)),
        false,
        inner);
  }

  /** Of what every node of the division that serves answers alike. */
  static Endpoint ofAny(@Nullable Neighbours neighbours, boolean posted, Endpoint inner) {
    return neighbours == null
        ? inner
        : new HandOn(
            neighbours, request -> neighbours.homes().ofAnybody(), request -> false, posted, inner);
  }

  @Override
  public Object handle(ApiRequest request) {
    boolean handedOn = neighbours.isHandedOn(request);
    List<Member> nodes = handedOn ? List.of() : homes.apply(request);
    if (nodes.isEmpty()) {
      requireOurs(!handedOn && isForeign.test(request));
      return inner.handle(request);
    }
    boolean foreign = isForeign.test(request);
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
                told -> told == null ? here(request, foreign) : done(reply(told)),
                request.workers()));
  }

  private static void requireOurs(boolean foreign) {
    if (foreign) {
      throw ApiException.unavailable("not_ready", "nobody who holds this answers now");
    }
  }

  private CompletableFuture<Object> here(ApiRequest request, boolean foreign) {
    requireOurs(foreign);
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
