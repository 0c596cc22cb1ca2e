package dev.headwater.idp.bundle;

import dev.headwater.idp.Pending;
import dev.headwater.idp.cdim.ItemPool;
import dev.headwater.idp.encoder.SequenceEncoder;
import java.nio.file.Path;

/** A source bundle that was read and found whole. Immutable, safe for many threads. */
public final class SourceBundle {
  private SourceBundle() {}

  /**
   * Reads and checks a bundle.
   *
   * @throws BundleException if it is missing, truncated, changed or of a newer format
   */
  public static SourceBundle open(Path directory) throws BundleException {
    return Pending.body();
  }

  /** What stands in it. */
  public BundleManifest manifest() {
    return Pending.body();
  }

  /** A new encoder with the pre-trained weights; the caller closes it. */
  public SequenceEncoder newEncoder() {
    return Pending.body();
  }

  /** The source items; one pool, shared by all callers, not to be written to. */
  public ItemPool sourcePool() {
    return Pending.body();
  }

  /** The mean of all source embeddings, at their mean norm: the start of an item without words. */
  public float[] meanEmbedding() {
    return Pending.body();
  }
}
