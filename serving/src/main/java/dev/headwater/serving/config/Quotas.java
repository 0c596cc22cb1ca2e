package dev.headwater.serving.config;

import dev.headwater.access.Rates;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * Section {@code serving.quotas}: how often may be called.
 *
 * @param caller of a caller whose key says nothing else
 * @param domains of all callers of a domain together
 */
public record Quotas(Rates caller, List<OfDomain> domains) {
  /** Copies the list. */
  public Quotas {
    domains = List.copyOf(domains);
  }

  /** Returns the rates by domain. */
  public Map<String, Rates> byDomain() {
    Map<String, Rates> rates = new LinkedHashMap<>();
    domains.forEach(each -> rates.put(each.domain, each.rates()));
    return rates;
  }

  /**
   * Of one domain; what is not named is not limited.
   *
   * @param domain its name
   * @param requests a second
   * @param events published a second
   * @param items published a second
   */
  public record OfDomain(
      String domain,
      @Nullable Integer requests,
      @Nullable Integer events,
      @Nullable Integer items) {
    /** Refuses negative rates. */
    public OfDomain {
      var unused = new Rates(any(requests), any(events), any(items));
    }

    private Rates rates() {
      return new Rates(any(requests), any(events), any(items));
    }

    private static int any(@Nullable Integer rate) {
      return rate == null ? 0 : rate;
    }
  }
}
