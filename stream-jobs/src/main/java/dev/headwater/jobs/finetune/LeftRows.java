package dev.headwater.jobs.finetune;

import dev.headwater.events.ColdEnd;
import java.util.HashMap;
import java.util.Map;

/**
 * What was left of rows when their bundle was left, until they begin again or their items end. For
 * one thread.
 */
final class LeftRows {
  private final Map<String, ClicksRead> left = new HashMap<>();
  private final DeletedItems deleted;

  LeftRows(DeletedItems deleted) {
    this.deleted = deleted;
  }

  /**
   * Keeps what is left of an item's row.
   *
   * @param ended what the cold topic says of the item
   * @return false where it has ended
   */
  boolean keep(String item, ClicksRead read, ColdEnd ended) {
    if (isOver(item, read, ended)) {
      return false;
    }
    left.put(item, read);
    return true;
  }

  /**
   * A row begins: how far its clicks were read stands in it from now on. Tells whether what was
   * left is of an incarnation before it, and is over.
   */
  boolean endsIn(Row row) {
    ClicksRead read = left.get(row.item);
    if (read == null || read.incarnation() > row.incarnation) {
      return false;
    }
    boolean same = read.incarnation() == row.incarnation;
    row.clicksRead = same ? read.count() : 0;
    left.remove(row.item);
    return !same;
  }

  /** Forgets what has ended; tells whether there was anything. */
  boolean forget(String item, ColdEnd ended) {
    ClicksRead read = left.get(item);
    return read != null && isOver(item, read, ended) && left.remove(item, read);
  }

  /** A request to delete an item names no incarnation where none had a row under this bundle. */
  private boolean isOver(String item, ClicksRead read, ColdEnd ended) {
    return ended.covers(-1, read.incarnation()) || read.isEndedBy(deleted.newest(item));
  }

  /** Returns a copy of all. */
  Map<String, ClicksRead> all() {
    return new HashMap<>(left);
  }
}
