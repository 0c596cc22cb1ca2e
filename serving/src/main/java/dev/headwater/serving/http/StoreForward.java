package dev.headwater.serving.http;

import com.fasterxml.jackson.databind.JsonNode;
import com.linecorp.armeria.common.HttpStatus;
import dev.headwater.access.Outgoing;
import dev.headwater.store.admin.StoreClient;
import dev.headwater.store.table.StoreException;
import java.net.URI;
import java.util.Locale;

/** Forwards operator calls to a running model store. */
final class StoreForward implements StoreCalls {
  private final StoreClient client;

  StoreForward(URI store, Outgoing outgoing) {
    client = new StoreClient(store, outgoing);
  }

  /** One call of the store's client. */
  private interface Call {
    Object run() throws InterruptedException;
  }

  @Override
  public Object pin(String domain, long version, String why, String who) {
    return forward(() -> client.pin(domain, version, why, who));
  }

  @Override
  public Object unpin(String domain, String why, String who) {
    return forward(() -> client.unpin(domain, why, who));
  }

  @Override
  public Object rollback(String domain, long version, String why, String who) {
    return forward(() -> client.rollback(domain, version, why, who));
  }

  @Override
  public Object versions(String domain) {
    return forward(() -> client.versions(domain));
  }

  @Override
  public Object diff(String domain, long a, long b) {
    return forward(
        () -> {
          requireVersion(domain, a);
          requireVersion(domain, b);
          return client.diff(a, b);
        });
  }

  @Override
  public Object audit(String domain) {
    return forward(() -> client.audit(domain));
  }

  /** The store numbers versions over all domains: a caller may name those of its own path only. */
  private void requireVersion(String domain, long version) throws InterruptedException {
    for (JsonNode each : client.versions(domain).path("versions")) {
      if (each.path("version").asLong() == version) {
        return;
      }
    }
    throw ApiException.notFound(
        "unknown_version", "the store keeps no version " + version + " of this domain");
  }

  private static Object forward(Call call) {
    try {
      return call.run();
    } catch (StoreException e) {
      if (e.code() == StoreException.Code.STORAGE_FAILED) {
        throw ApiException.unavailable("store_unreachable", "the model store does not answer");
      }
      if (e.code() == StoreException.Code.LOG_UNAVAILABLE) {
        throw ApiException.unavailable("log_unavailable", String.valueOf(e.getMessage()));
      }
      if (e.code() == StoreException.Code.ACCESS_DENIED) {
        throw ApiException.unavailable(
            "store_unreachable", "the model store does not take this node's key");
      }
      String code = e.code().name().toLowerCase(Locale.ROOT);
      throw new ApiException(HttpStatus.CONFLICT, "store_refused", code + ": " + e.getMessage());
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw ApiException.unavailable("store_unreachable", "interrupted");
    }
  }
}
