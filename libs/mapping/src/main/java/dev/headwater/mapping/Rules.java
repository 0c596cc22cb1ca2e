package dev.headwater.mapping;

import dev.headwater.events.DomainNames;
import dev.headwater.events.RecordLimits;
import dev.headwater.events.json.ReasonCode;
import dev.headwater.events.json.RejectedRecordException;
import java.util.function.LongSupplier;

/**
 * What ingest checks beside the contract itself.
 *
 * @param domains that the installation knows, by name or by pattern
 * @param limits of sizes and times
 * @param nowMs the clock
 */
public record Rules(DomainNames domains, RecordLimits limits, LongSupplier nowMs) {
  long latestMs() {
    return nowMs.getAsLong() + limits.clockSkew().toMillis();
  }

  void knows(String domain) throws RejectedRecordException {
    if (!domains.contains(domain)) {
      throw new RejectedRecordException(
          ReasonCode.UNKNOWN_DOMAIN, "domain '" + domain + "' is not configured");
    }
  }
}
