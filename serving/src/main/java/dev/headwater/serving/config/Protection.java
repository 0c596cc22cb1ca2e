package dev.headwater.serving.config;

import dev.headwater.access.AccessConfig;
import dev.headwater.access.Outgoing;
import dev.headwater.access.Rates;
import dev.headwater.access.TlsFiles;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * Who may call a serving node, over which connections, and how often.
 *
 * @param access keys and tokens
 * @param tls certificate and key; null: plain HTTP
 * @param callerRates of callers whose key says nothing else
 * @param domainRates by domain, of all its callers together
 * @param toStore what the node shows to the model store when it forwards an operator's call
 * @param shown the effective configuration, by key, secrets masked: what {@code GET /v1/config}
 *     answers
 */
public record Protection(
    AccessConfig access,
    @Nullable TlsFiles tls,
    Rates callerRates,
    Map<String, Rates> domainRates,
    Outgoing toStore,
    Map<String, String> shown) {
  /** Open to everybody, plain HTTP, no quotas. */
  public static final Protection NONE =
      new Protection(AccessConfig.OPEN, null, Rates.ANY, Map.of(), Outgoing.NONE, Map.of());

  /** Copies the maps. */
  public Protection {
    domainRates = Map.copyOf(domainRates);
    shown = Map.copyOf(shown);
  }
}
