package dev.headwater.client.answers;

import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * What became of several records.
 *
 * @param accepted how many were taken
 * @param rejected how many were not
 * @param records each, in the order sent
 */
public record Published(int accepted, int rejected, List<Outcome> records) {
  /** Copies the list. */
  public Published {
    records = List.copyOf(records);
  }

  /** A place, or a code and a detail why the record was refused. */
  public record Outcome(
      @Nullable String topic,
      @Nullable Integer partition,
      @Nullable Long offset,
      @Nullable String code,
      @Nullable String detail) {}
}
