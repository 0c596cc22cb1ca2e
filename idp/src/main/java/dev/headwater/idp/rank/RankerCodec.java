package dev.headwater.idp.rank;

import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.DataInputStream;
import java.io.DataOutputStream;
import java.io.IOException;
import java.io.UncheckedIOException;

/**
 * A ranker's state as bytes. Features are written by name: a reader that knows more of them takes
 * the prior's weights for those, one that knows fewer refuses what it would ignore.
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
      out.writeByte(RankerWeights.BUCKETS);
      out.writeByte(Feature.COUNT);
      for (Feature feature : Feature.values()) {
        out.writeUTF(feature.name());
        for (int bucket = 0; bucket < RankerWeights.BUCKETS; bucket++) {
          out.writeFloat(state.weights().weights()[bucket][feature.column()]);
          out.writeFloat(state.squares()[bucket][feature.column()]);
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
      int buckets = in.readByte();
      if (buckets != RankerWeights.BUCKETS) {
        throw new IllegalArgumentException("a ranker of " + buckets + " lengths of history");
      }
      RankerState prior = RankerState.of(RankerPrior.weights());
      float[][] weights = RankerWeights.copy(prior.weights().weights());
      float[][] squares = RankerWeights.copy(prior.squares());
      int features = in.readByte();
      for (int i = 0; i < features; i++) {
        int column = Feature.valueOf(in.readUTF()).column();
        for (int bucket = 0; bucket < buckets; bucket++) {
          weights[bucket][column] = in.readFloat();
          squares[bucket][column] = in.readFloat();
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
