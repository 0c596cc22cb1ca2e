package dev.headwater.simulation;

import dev.headwater.events.MergedRow;
import dev.headwater.events.NearTextWire;
import dev.headwater.events.wire.EmbeddingRow;
import dev.headwater.events.wire.NearText;
import java.util.Map;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/**
 * Which texts are near which, as the cold rows in the topics say. A link is of two texts: it is
 * over when either item has another one by now.
 */
final class TextRules {
  private TextRules() {}

  /** Returns how near each item is to one item, by the rows of a bundle that stand. */
  static Map<String, Float> near(Map<String, MergedRow> rows, String item) {
    Map<String, Float> near = new TreeMap<>();
    EmbeddingRow own = cold(rows, item);
    if (own == null) {
      return near;
    }
    for (NearText text : own.getNearTextsList()) {
      EmbeddingRow other = cold(rows, text.getItem());
      if (other != null && isOf(text, other) && !text.getItem().equals(item)) {
        near.merge(text.getItem(), text.getCosine(), Math::max);
      }
    }
    rows.keySet()
        .forEach(
            name -> {
              EmbeddingRow other = cold(rows, name);
              if (other != null && !name.equals(item)) {
                other.getNearTextsList().stream()
                    .filter(text -> text.getItem().equals(item) && isOf(text, own))
                    .forEach(text -> near.merge(name, text.getCosine(), Math::max));
              }
            });
    return near;
  }

  private static @Nullable EmbeddingRow cold(Map<String, MergedRow> rows, String item) {
    return rows.getOrDefault(item, MergedRow.EMPTY).cold();
  }

  private static boolean isOf(NearText text, EmbeddingRow row) {
    return NearTextWire.revision(text) == row.getRevision()
        && NearTextWire.incarnation(text) == row.getIncarnation();
  }
}
