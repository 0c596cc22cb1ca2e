package dev.headwater.idp.rank;

import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.DataInputStream;
import java.io.DataOutputStream;
import java.io.IOException;
import java.io.UncheckedIOException;

/**
 * A ranker's state as bytes. Features are written by name: a reader that knows more of them takes
 * the prior's weights for those, one that knows fewer refuses what it would ignore. A state of an
 * older release has no rows for the time since the newest event: those are the prior's.
 */
public final class RankerCodec {
  private static final int FORMAT = 1;

  private RankerCodec() {}

  /** Writes a state. */
  public static byte[] encode(RankerState state) {
    ByteArrayOutputStream bytes = new ByteArrayOutputStream();
    try (DataOutputStream out = new DataOutputStream(bytes)) {
      out.writeByte(FORMAT);
      out.writeLong(state.weights().steps());
      out.writeByte(RankerWeights.ROWS);
      out.writeByte(Feature.COUNT);
      for (Feature feature : Feature.values()) {
        out.writeUTF(feature.name());
        for (int row = 0; row < RankerWeights.ROWS; row++) {
          out.writeFloat(state.weights().weights()[row][feature.column()]);
          out.writeFloat(state.squares()[row][feature.column()]);
        }
      }
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
    return bytes.toByteArray();
  }

  /**
   * Reads a state.
   *
   * @throws IllegalArgumentException if the bytes are cut, of a later format, name a feature that
   *     is not known, or hold weights that must not be served
   */
  public static RankerState decode(byte[] bytes) {
    try (DataInputStream in = new DataInputStream(new ByteArrayInputStream(bytes))) {
      int format = in.readByte();
      if (format != FORMAT) {
        throw new IllegalArgumentException("a ranker of format " + format + ", not " + FORMAT);
      }
      long steps = in.readLong();
      int rows = in.readByte();
      if (rows != RankerWeights.ROWS && rows != RankerWeights.BUCKETS) {
        throw new IllegalArgumentException("a ranker of " + rows + " lengths and times");
      }
      RankerState prior = RankerState.of(RankerPrior.weights());
      float[][] weights = RankerWeights.copy(prior.weights().weights());
      float[][] squares = RankerWeights.copy(prior.squares());
      int features = in.readByte();
      for (int i = 0; i < features; i++) {
        int column = Feature.valueOf(in.readUTF()).column();
        for (int row = 0; row < rows; row++) {
          weights[row][column] = in.readFloat();
          squares[row][column] = in.readFloat();
        }
      }
      return checked(new RankerState(new RankerWeights(steps, weights), squares));
    } catch (IOException e) {
      throw new IllegalArgumentException("a ranker of " + bytes.length + " bytes is cut", e);
    }
  }

  private static RankerState checked(RankerState state) {
    state
        .weights()
        .problem()
        .ifPresent(
            problem -> {
              throw new IllegalArgumentException(problem);
            });
    for (float[] ofLength : state.squares()) {
      for (float square : ofLength) {
        if (!(square >= 0) || Float.isInfinite(square)) {
          throw new IllegalArgumentException("a sum of squares is " + square);
        }
      }
    }
    return state;
  }
}
