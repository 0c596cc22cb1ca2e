package dev.headwater.mapping;

import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * What became of a foreign record that is not refused.
 *
 * @param records what it is here; several where it holds several
 * @param leftOut why it is nothing here, null where it is something
 */
public record Outcome(List<Mapped> records, @Nullable String leftOut) {
  /** Copies the list. */
  public Outcome {
    records = List.copyOf(records);
  }

  static Outcome nothing(String why) {
    return new Outcome(List.of(), why);
  }
}
