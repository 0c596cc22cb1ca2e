package dev.headwater.jobs.finetune;

import dev.headwater.events.Vectors;
import dev.headwater.idp.encoder.SequenceEncoder;
import dev.headwater.idp.online.EmbeddingTable;
import dev.headwater.idp.online.OnlineConfig;
import dev.headwater.idp.online.OnlineTuner;
import dev.headwater.idp.online.PrequentialRanker;

/**
 * The tables that are compared, with the same slots in each: the working one that learns, the
 * published one that readers serve, the frozen one, and the never-tuned one. For one thread.
 */
final class Tables implements AutoCloseable {
  private static final int FIRST_CAPACITY = 64;

  private final int dim;
  private final float logitScale;
  private final OnlineTuner tuner;
  private final EmbeddingTable published;
  private final EmbeddingTable frozen;
  private final EmbeddingTable neverTuned;
  private final SequenceEncoder rankingEncoder;
  private final PrequentialRanker ranker;

  Tables(LearningModel model, OnlineConfig config, long seed) {
    dim = model.dim();
    logitScale = model.logitScale();
    tuner = new OnlineTuner(model.encoders().get(), config, model.logitScale(), seed);
    rankingEncoder = model.encoders().get();

    ranker = new PrequentialRanker(rankingEncoder);
    published = new EmbeddingTable(dim, FIRST_CAPACITY);
    frozen = new EmbeddingTable(dim, FIRST_CAPACITY);
    neverTuned = new EmbeddingTable(dim, FIRST_CAPACITY);
  }

  int dim() {
    return dim;
  }

  /** Returns the encoder: tables of one encoder can learn together. */
  SequenceEncoder encoder() {
    return rankingEncoder;
  }

  /** By what a score is multiplied to be a logit. */
  float logitScale() {
    return logitScale;
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

  PrequentialRanker ranker() {
    return ranker;
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
    ranker.close();
    rankingEncoder.close();
  }
}
