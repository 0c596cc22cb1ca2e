package dev.headwater.store.table;

/**
 * Walks over the live rows of one table version in the byte order of item names. Not thread-safe;
 * close it, it holds the files it reads.
 */
public interface RowCursor extends AutoCloseable {
  /** Moves to the next row; false at the end. */
  boolean next();

  /** Returns the item of the present row. */
  String item();

  /** Returns the present row's stored bytes; not to be changed. */
  byte[] bytes();

  /** Returns the hash of the present row, recomputed from its bytes. */
  long contentHash();

  /** Decodes the present row. */
  default StoredRow row() {
    return RowCodec.decode(bytes());
  }

  @Override
  void close();
}
