package dev.headwater.store.admin;

import dev.headwater.http.ApiRequest;
import dev.headwater.http.Endpoint;
import dev.headwater.store.table.EmbeddingStore;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/**
 * {@code GET /v1/health}, without a key: {@code {status, reason, diskBytes, memoryBytes}}; {@code
 * status} is {@code down} with a reason when the node is not well.
 */
record StoreHealth(EmbeddingStore store, Supplier<@Nullable Exception> failure)
    implements Endpoint {
  /** Whether the node is well. */
  record Health(String status, @Nullable String reason, long diskBytes, long memoryBytes) {}

  @Override
  public Object handle(ApiRequest request) {
    Exception why = failure.get();
    return new Health(
        why == null ? "up" : "down",
        why == null ? null : why.toString(),
        store.diskBytes(),
        store.memoryBytes());
  }
}
