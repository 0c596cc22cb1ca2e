package dev.headwater.idp.encoder;

import dev.headwater.idp.Pending;
import java.util.List;

/** A frozen encoder for serving: float arrays in and out. Safe for many threads. */
public final class UserEncoder implements AutoCloseable {
  private final SequenceEncoder encoder;

  /** Takes over the encoder and closes it in the end. */
  public UserEncoder(SequenceEncoder encoder) {
    this.encoder = encoder;
  }

  /**
   * Encodes histories into user vectors.
   *
   * @param histories each {@code [n][dim]}, oldest first, n at least 1; the last maxLength count
   * @return one vector a history
   */
  public float[][] encode(List<float[][]> histories) {
    return Pending.body();
  }

  @Override
  public void close() {
    encoder.close();
  }
}
