package dev.headwater.jobs.finetune;

import dev.headwater.events.Vectors;
import dev.headwater.idp.bundle.SourceBundle;
import dev.headwater.idp.encoder.SequenceEncoder;
import dev.headwater.idp.online.EmbeddingTable;
import dev.headwater.idp.online.OnlineConfig;
import dev.headwater.idp.online.OnlineTuner;

/**
 * The tables that are compared, with the same slots in each: the working one that learns, the
 * published one that readers serve, the frozen one, and the never-tuned one. For one thread.
 */
final class Tables implements AutoCloseable {
  private static final int FIRST_CAPACITY = 1024;

  private final int dim;
  private final OnlineTuner tuner;
  private final EmbeddingTable published;
  private final EmbeddingTable frozen;
  private final EmbeddingTable neverTuned;
  private final SequenceEncoder rankingEncoder;

  Tables(SourceBundle bundle, OnlineConfig config, long seed) {
    dim = bundle.manifest().dim();
    tuner = new OnlineTuner(bundle.newEncoder(), config, bundle.manifest().logitScale(), seed);
    rankingEncoder = bundle.newEncoder();
    published = new EmbeddingTable(dim, FIRST_CAPACITY);
    frozen = new EmbeddingTable(dim, FIRST_CAPACITY);
    neverTuned = new EmbeddingTable(dim, FIRST_CAPACITY);
  }

  int dim() {
    return dim;
  }

  OnlineTuner tuner() {
    return tuner;
  }

  EmbeddingTable published() {
    return published;
  }

  EmbeddingTable frozen() {
    return frozen;
  }

  EmbeddingTable neverTuned() {
    return neverTuned;
  }

  SequenceEncoder rankingEncoder() {
    return rankingEncoder;
  }

  /** Adds a row to all tables and returns its slot. */
  int add(float[] start, float[] source) {
    int slot = tuner.add(start);
    same(slot, published.add(start));
    same(slot, frozen.add(start));
    same(slot, neverTuned.add(source));
    return slot;
  }

  private static void same(int slot, int other) {
    if (slot != other) {
      throw new IllegalStateException("tables went apart: slot " + slot + " and " + other);
    }
  }

  void remove(int slot) {
    tuner.remove(slot);
    published.remove(slot);
    frozen.remove(slot);
    neverTuned.remove(slot);
  }

  float[] working(int slot) {
    return tuner.table().get(slot);
  }

  boolean isFinite(int slot) {
    return Vectors.isFinite(working(slot));
  }

  @Override
  public void close() {
    tuner.close();
    published.close();
    frozen.close();
    neverTuned.close();
    rankingEncoder.close();
  }
}
