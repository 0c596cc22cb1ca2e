package dev.headwater.serving.items;

/** Says which items may be in an answer; asked only for rows that score high enough. */
@FunctionalInterface
public interface RowFilter {
  /** Lets everything pass. */
  RowFilter ALL = code -> true;

  /** Tells whether the item with this code may be in the answer. */
  boolean allows(int code);
}
