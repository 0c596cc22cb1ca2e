package dev.headwater.client.answers;

import com.fasterxml.jackson.databind.PropertyNamingStrategies;
import com.fasterxml.jackson.databind.annotation.JsonNaming;
import java.util.List;

/**
 * How two versions of a table differ.
 *
 * @param from the first version
 * @param to the second
 * @param added items only in the second
 * @param removed items only in the first
 * @param changed items whose rows differ
 * @param meanMove mean Euclidean distance of the changed vectors
 * @param maxMove the largest
 * @param examples some of the items that differ, the most moved first
 */
@JsonNaming(PropertyNamingStrategies.LowerCamelCaseStrategy.class)
public record TableDiff(
    long from,
    long to,
    long added,
    long removed,
    long changed,
    double meanMove,
    double maxMove,
    List<Moved> examples) {
  /** Copies the list. */
  public TableDiff {
    examples = List.copyOf(examples);
  }

  /** An item that differs, and how far it moved; negative where it was added or removed. */
  public record Moved(String item, double move) {}
}
