package dev.headwater.ingest;

import dev.headwater.events.json.ReasonCode;
import dev.headwater.events.json.RejectedRecordException;
import java.nio.charset.StandardCharsets;
import org.apache.kafka.common.header.Header;
import org.apache.kafka.common.header.Headers;

/**
 * What {@link BatchBound} says to the checks through a record's header. A client that sends the
 * header itself gets its own record refused.
 */
final class Refusal {
  static final String HEADER = "headwater.refused";

  private Refusal() {}

  /**
   * Lets a record pass that stands for no batch.
   *
   * @throws RejectedRecordException {@code batch_too_large}
   */
  static void check(Headers headers) throws RejectedRecordException {
    Header refused = headers.lastHeader(HEADER);
    if (refused != null) {
      byte[] why = refused.value() == null ? new byte[0] : refused.value();
      throw new RejectedRecordException(
          ReasonCode.BATCH_TOO_LARGE, new String(why, StandardCharsets.UTF_8));
    }
  }
}
