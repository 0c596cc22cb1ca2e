package dev.headwater.client.answers;

import com.fasterxml.jackson.databind.PropertyNamingStrategies;
import com.fasterxml.jackson.databind.annotation.JsonNaming;
import java.util.List;

/**
 * What a rollback did.
 *
 * @param version taken back to
 * @param generation begun
 * @param rows of the reverse delta
 * @param retracted versions that will never be served again
 */
@JsonNaming(PropertyNamingStrategies.LowerCamelCaseStrategy.class)
public record RolledBack(long version, long generation, long rows, List<Long> retracted) {
  /** Copies the list. */
  public RolledBack {
    retracted = List.copyOf(retracted);
  }
}
