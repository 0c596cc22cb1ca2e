package dev.headwater.idp.train;

import java.io.DataInputStream;
import java.io.DataOutputStream;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * The exponential mean of the weights at the ends of epochs. Adam's steps on embeddings are large,
 * so the weights of any one epoch are noisy; their mean ranks better. For one thread.
 */
final class WeightAverage {
  private final float decay;
  private @Nullable Snapshot mean;
  private int count;

  /** Keeps {@code decay} of the mean at each epoch; 0 keeps nothing of it. */
  WeightAverage(float decay) {
    this.decay = decay;
  }

  /** Takes one epoch's weights in and returns the mean. */
  Snapshot add(Snapshot weights) {
    Snapshot before = mean;
    // The first epochs count alike, so that the random start does not linger.
    float kept = Math.min(decay, count / (count + 1f));
    count++;
    Snapshot result =
        before == null
            ? weights
            : new Snapshot(
                mix(before.weights(), weights.weights(), kept),
                mix(before.table(), weights.table(), kept),
                kept * before.scale() + (1 - kept) * weights.scale(),
                weights.epoch());
    mean = result;
    return result;
  }

  void save(DataOutputStream out) throws IOException {
    out.writeInt(count);
    Snapshot.write(out, mean);
  }

  void load(DataInputStream in) throws IOException {
    count = in.readInt();
    mean = Snapshot.read(in);
  }

  private static List<float[]> mix(List<float[]> before, List<float[]> now, float kept) {
    List<float[]> result = new ArrayList<>();
    for (int i = 0; i < before.size(); i++) {
      result.add(mix(before.get(i), now.get(i), kept));
    }
    return result;
  }

  private static float[] mix(float[] before, float[] now, float kept) {
    float[] result = new float[now.length];
    for (int k = 0; k < result.length; k++) {
      result[k] = kept * before[k] + (1 - kept) * now[k];
    }
    return result;
  }
}
