package dev.headwater.serving.recommend;

import dev.headwater.serving.items.ItemIds;
import dev.headwater.serving.items.ItemRows;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;

/**
 * The items of a history by number: codes of the node, and numbers below 0 for those that it has no
 * code for, which another node may know.
 *
 * @param codes oldest first
 * @param strangers what {@code -1} means, then {@code -2} and so on
 */
@SuppressWarnings("ArrayRecordComponent") // lives for one answer, never compared
public record Asked(int[] codes, List<String> strangers) {
  /** Nothing. */
  public static final Asked NONE = new Asked(new int[0], List.of());

  /** Makes one of codes. */
  static Asked of(int... codes) {
    return new Asked(codes, List.of());
  }

  /**
   * Makes one of identifiers.
   *
   * @param strangers whether those without a code are kept; without, they are left out
   */
  static Asked of(ItemIds ids, List<String> history, boolean strangers) {
    List<String> unknown = new ArrayList<>(0);
    int[] codes = new int[history.size()];
    int size = 0;
    for (String item : history) {
      int code = ids.find(item);
      if (code != ItemIds.UNKNOWN) {
        codes[size++] = code;
      } else if (strangers) {
        unknown.add(item);
        codes[size++] = -unknown.size();
      }
    }
    return new Asked(Arrays.copyOf(codes, size), unknown);
  }

  /** Returns the same without the items that nobody has heard of. */
  Asked known(ItemRows rows) {
    for (int code : codes) {
      if (!rows.isKnown(code)) {
        return new Asked(Arrays.stream(codes).filter(rows::isKnown).toArray(), strangers);
      }
    }
    return this;
  }

  /** Returns the identifier of a number. */
  public String id(int code, ItemIds ids) {
    return code >= 0 ? ids.id(code) : strangers.get(-1 - code);
  }
}
