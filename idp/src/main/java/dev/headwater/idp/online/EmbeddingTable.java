package dev.headwater.idp.online;

import dev.headwater.idp.Pending;

/** A growing table of rows in memory that native code shares. One writer thread. */
public final class EmbeddingTable implements AutoCloseable {
  /** Makes an empty table with room for some rows. */
  public EmbeddingTable(int dim, int capacity) {}

  /** Adds a row; slots of removed rows are used again. */
  public int add(float[] vector) {
    return Pending.body();
  }

  /** Replaces a row. */
  public void set(int slot, float[] vector) {
    Pending.body();
  }

  /** A copy of a row. */
  public float[] get(int slot) {
    return Pending.body();
  }

  /** Frees a slot. */
  public void remove(int slot) {
    Pending.body();
  }

  /** The number of live rows. */
  public int size() {
    return 0;
  }

  @Override
  public void close() {}
}
