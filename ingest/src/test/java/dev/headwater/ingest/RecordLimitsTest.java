package dev.headwater.ingest;

import static org.assertj.core.api.Assertions.assertThat;

import dev.headwater.events.RecordLimits;
import java.util.Map;
import org.junit.jupiter.api.Test;

/** Who takes records for ingest refuses the same as ingest does. */
class RecordLimitsTest {
  @Test
  void theReferenceAndTheDefaultAreTheSame() {
    assertThat(IngestConfig.Settings.of(Map.of()).limits().records())
        .isEqualTo(RecordLimits.DEFAULT);
  }
}
