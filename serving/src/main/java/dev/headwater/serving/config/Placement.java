package dev.headwater.serving.config;

import com.fasterxml.jackson.annotation.JsonIgnoreProperties;
import dev.headwater.idp.bundle.Precision;
import dev.headwater.idp.tensor.ComputeDevice;

/**
 * Where histories are encoded and, on a GPU, rows are searched, and in what precision.
 *
 * @param device {@code cpu}, {@code gpu}, {@code gpu:1} …, or {@code auto}: a GPU where there is
 *     one
 * @param precision of the encoder, and of the table's copy on a GPU; the table in memory has its
 *     own
 */
@JsonIgnoreProperties(ignoreUnknown = true)
public record Placement(String device, Precision precision) {
  /** On the processor. */
  public static final Placement CPU = new Placement("cpu", Precision.FP32);

  /** Checks the name. */
  public Placement {
    var unused = ComputeDevice.requireName(device);
  }

  /** Tells whether numbers have half the width. */
  public boolean isHalf() {
    return precision == Precision.FP16;
  }
}
