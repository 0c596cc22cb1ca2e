package dev.headwater.store.admin;

import dev.headwater.http.ApiRequest;
import dev.headwater.http.Endpoint;
import java.util.Locale;
import org.jspecify.annotations.Nullable;

/**
 * {@code GET /v1/health}, without a key: {@code {status, role, node, reason, diskBytes,
 * memoryBytes}}; {@code status} is {@code down} with a reason when the node is not well; {@code
 * role} is {@code primary}, {@code standby}, or {@code fenced} of one in whose place another
 * announces.
 */
record StoreHealth(StoreServer.Parts parts) implements Endpoint {
  /** Whether the node is well. */
  record Health(
      String status,
      String role,
      String node,
      @Nullable String reason,
      long diskBytes,
      long memoryBytes) {}

  @Override
  public Object handle(ApiRequest request) {
    Exception why = parts.failure().get();
    return new Health(
        why == null ? "up" : "down",
        role(why).name().toLowerCase(Locale.ROOT),
        parts.node(),
        why == null ? null : why.toString(),
        parts.engine().store().diskBytes(),
        parts.engine().store().memoryBytes());
  }

  private StoreRole role(@Nullable Exception why) {
    return StoreRole.of(parts.engine().isStandby(), why);
  }
}
