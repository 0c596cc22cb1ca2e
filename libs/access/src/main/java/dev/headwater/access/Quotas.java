package dev.headwater.access;

import java.util.Map;
import java.util.function.LongSupplier;

/**
 * Holds callers and domains to their rates, on this node: a token bucket each of one second's
 * worth. A call that costs more than is left goes through and its sender waits the longer, so that
 * a large batch is possible and the mean stays the rate. Thread-safe.
 */
public final class Quotas {
  private static final int BUCKETS_MAX = 50_000;

  private final Rates callers;
  private final Map<String, Rates> domains;
  private final TokenBuckets<Key> buckets;

  private record Key(boolean caller, String name, Rates.Kind kind) {}

  /**
   * Creates one.
   *
   * @param callers of callers whose key says nothing else
   * @param domains by domain; of all its callers together
   * @param nanos the clock
   */
  public Quotas(Rates callers, Map<String, Rates> domains, LongSupplier nanos) {
    this.callers = callers;
    this.domains = Map.copyOf(domains);
    buckets = new TokenBuckets<>(BUCKETS_MAX, nanos);
  }

  /**
   * Takes from the caller's and the domain's quota.
   *
   * @param domain empty when the call is about none
   * @param count how many
   * @return 0 when it may go on, otherwise the seconds after which it may come again, and nothing
   *     was taken
   */
  public int take(Principal caller, String domain, Rates.Kind kind, int count) {
    Rates named = caller.rates();
    Rates own = named == null ? callers : named;
    Key callerKey = new Key(true, caller.name(), kind);
    Key domainKey = new Key(false, domain, kind);
    int ofDomain = domains.getOrDefault(domain, Rates.ANY).of(kind);
    int wait =
        Math.max(
            buckets.waitSeconds(callerKey, own.of(kind)), buckets.waitSeconds(domainKey, ofDomain));
    if (wait == 0) {
      buckets.spend(callerKey, own.of(kind), count);
      buckets.spend(domainKey, ofDomain, count);
    }
    return wait;
  }
}
