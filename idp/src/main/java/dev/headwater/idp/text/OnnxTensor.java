package dev.headwater.idp.text;

import java.nio.FloatBuffer;
import java.util.List;

/**
 * A named array of floats out of a model file.
 *
 * @param dims its shape
 * @param values row by row, a view into the file
 */
record OnnxTensor(List<Long> dims, FloatBuffer values) {
  OnnxTensor {
    dims = List.copyOf(dims);
    long size = dims.stream().mapToLong(d -> d).reduce(1, Math::multiplyExact);
    if (size != values.remaining()) {
      throw new IllegalArgumentException(dims + " needs " + size + ", has " + values.remaining());
    }
  }
}
