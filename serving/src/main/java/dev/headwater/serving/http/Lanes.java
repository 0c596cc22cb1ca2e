package dev.headwater.serving.http;

import dev.headwater.http.ApiRequest;
import dev.headwater.http.Later;
import dev.headwater.serving.recommend.Query;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.Executor;
import java.util.function.Function;

/**
 * On which threads an answer is made: on the workers, or, when it has every row looked at, where
 * nobody waits for it but the like.
 */
final class Lanes {
  private Lanes() {}

  static <T> Later answer(
      ApiRequest request, Query query, Function<Executor, CompletableFuture<T>> make) {
    return query.exact()
        ? request.scanLater(() -> make.apply(request.scans()))
        : new Later(make.apply(request.workers()));
  }
}
