package dev.headwater.idp.train;

import java.io.DataInputStream;
import java.io.DataOutputStream;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * The best weights so far.
 *
 * @param weights of the encoder
 * @param table all rows, one after the other
 * @param scale of the logits
 * @param epoch they are from
 */
@SuppressWarnings("ArrayRecordComponent") // never compared
record Snapshot(List<float[]> weights, float[] table, float scale, int epoch) {
  static void write(DataOutputStream out, @Nullable Snapshot snapshot) throws IOException {
    out.writeBoolean(snapshot != null);
    if (snapshot != null) {
      out.writeInt(snapshot.weights().size());
      for (float[] weight : snapshot.weights()) {
        Checkpoint.writeFloats(out, weight);
      }
      Checkpoint.writeFloats(out, snapshot.table());
      out.writeFloat(snapshot.scale());
      out.writeInt(snapshot.epoch());
    }
  }

  static @Nullable Snapshot read(DataInputStream in) throws IOException {
    if (!in.readBoolean()) {
      return null;
    }
    int count = in.readInt();
    List<float[]> weights = new ArrayList<>();
    for (int i = 0; i < count; i++) {
      weights.add(Checkpoint.readFloats(in));
    }
    return new Snapshot(weights, Checkpoint.readFloats(in), in.readFloat(), in.readInt());
  }
}
