package dev.headwater.idp.rank;

import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.DataInputStream;
import java.io.DataOutputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.Set;

/**
 * A ranker's state as bytes. Features are written by name: a reader that knows more of them takes
 * the prior's weights for those, one that knows fewer refuses what it would ignore. What a state of
 * an older release has no rows for is the prior's; what it says of features that are no more is
 * left out.
 */
public final class RankerCodec {
  private static final int FORMAT = 1;

  /** Features that older releases wrote. */
  private static final Set<String> RETIRED =
      Set.of("LEARNED_AND_COUNTED", "LEARNED_AND_TEXTS", "COUNTED_AND_TEXTS");

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
      if (rows < RankerWeights.BUCKETS || rows > RankerWeights.ROWS) {
        throw new IllegalArgumentException("a ranker of " + rows + " contexts");
      }
      RankerState prior = RankerState.of(RankerPrior.weights());
      float[][] weights = RankerWeights.copy(prior.weights().weights());
      float[][] squares = RankerWeights.copy(prior.squares());
      int features = in.readByte();
      for (int i = 0; i < features; i++) {
        readFeature(in, rows, weights, squares);
      }
      return checked(new RankerState(new RankerWeights(steps, weights), squares));
    } catch (IOException e) {
      throw new IllegalArgumentException("a ranker of " + bytes.length + " bytes is cut", e);
    }
  }

  private static void readFeature(
      DataInputStream in, int rows, float[][] weights, float[][] squares) throws IOException {
    String name = in.readUTF();
    int column = RETIRED.contains(name) ? -1 : Feature.valueOf(name).column();
    for (int row = 0; row < rows; row++) {
      float weight = in.readFloat();
      float square = in.readFloat();
      if (column >= 0) {
        weights[row][column] = weight;
        squares[row][column] = square;
      }
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
