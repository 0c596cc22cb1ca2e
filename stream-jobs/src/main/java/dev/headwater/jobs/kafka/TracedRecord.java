package dev.headwater.jobs.kafka;

import org.apache.flink.api.common.typeinfo.TypeInformation;
import org.apache.flink.api.common.typeinfo.Types;
import org.jspecify.annotations.Nullable;

/**
 * A record and the trace that it carries. Not a field of the record: that stands in the state of
 * jobs, whose format would change.
 *
 * @param record as it was read
 * @param traceparent the header's text where the trace is recorded, else null
 */
public record TracedRecord(InRecord record, @Nullable String traceparent) {
  /** How Flink serialises it. */
  public static final TypeInformation<TracedRecord> TYPE = Types.POJO(TracedRecord.class);

  /** Returns the key as text. */
  public String keyText() {
    return record.keyText();
  }
}
