package dev.headwater.client.answers;

import com.fasterxml.jackson.databind.PropertyNamingStrategies;
import com.fasterxml.jackson.databind.annotation.JsonNaming;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * The versions of tables that the model store keeps.
 *
 * @param versions oldest first
 */
public record KeptVersions(List<KeptVersion> versions) {
  /** Copies the list. */
  public KeptVersions {
    versions = List.copyOf(versions);
  }

  /**
   * One version; names as the store has always written them.
   *
   * @param version its number, unique over all domains
   * @param domain whose table
   * @param model bundle
   * @param status SEALED, ACCEPTED, REJECTED or RETRACTED
   * @param announced whether it is the announced one
   * @param pinned whether it is held
   * @param pinnedBy who holds it: {@code automatic} is the store itself, which also lets go by
   *     itself; absent while nobody does
   * @param rows in it
   * @param touched rows that changed since the version before
   * @param checksum hexadecimal
   * @param generation that it was sealed in
   * @param sealedMs when, Unix milliseconds
   * @param deleted items that were deleted from it since
   * @param verdicts of the validators
   * @param offsets up to which it holds each topic partition
   */
  @JsonNaming(PropertyNamingStrategies.LowerCamelCaseStrategy.class)
  public record KeptVersion(
      long version,
      String domain,
      String model,
      String status,
      boolean announced,
      boolean pinned,
      @Nullable String pinnedBy,
      long rows,
      long touched,
      String checksum,
      long generation,
      long sealedMs,
      long deleted,
      List<String> verdicts,
      Map<String, Long> offsets) {}
}
