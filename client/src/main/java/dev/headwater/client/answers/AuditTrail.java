package dev.headwater.client.answers;

import com.fasterxml.jackson.databind.PropertyNamingStrategies;
import com.fasterxml.jackson.databind.annotation.JsonNaming;
import java.util.List;

/**
 * Who did what to the versions of a domain, when and why.
 *
 * @param audit oldest first
 */
public record AuditTrail(List<AuditEntry> audit) {
  /** Copies the list. */
  public AuditTrail {
    audit = List.copyOf(audit);
  }

  /**
   * One announcement; names as the store has always written them.
   *
   * @param sequence in the announcement log
   * @param announcedMs when, Unix milliseconds
   * @param domain the domain
   * @param model bundle
   * @param kind what was announced
   * @param version that it is about
   * @param announcedVersion to be served from then on
   * @param generation grows with every rollback
   * @param who did it
   * @param why the reason given
   * @param verdicts of the validators
   */
  @JsonNaming(PropertyNamingStrategies.LowerCamelCaseStrategy.class)
  public record AuditEntry(
      long sequence,
      long announcedMs,
      String domain,
      String model,
      String kind,
      long version,
      long announcedVersion,
      long generation,
      String who,
      String why,
      List<String> verdicts) {
    /** Copies the list. */
    public AuditEntry {
      verdicts = List.copyOf(verdicts);
    }
  }
}
