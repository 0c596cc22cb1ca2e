package dev.headwater.idp.pretrain;

import dev.headwater.idp.bundle.Precision;
import dev.headwater.idp.bundle.Safetensors;
import dev.headwater.idp.data.Checksums;
import dev.headwater.idp.data.DomainData;
import dev.headwater.idp.data.Fingerprint;
import java.io.BufferedOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/** Keeps what a system's own pre-training learned, for the next target that starts from it. */
final class WeightCache {
  private static final int KEY_LENGTH = 16;

  private WeightCache() {}

  /**
   * Trains, or reads what was learned before for the same purpose.
   *
   * @param cache where weights are kept; null keeps nothing
   * @param system begins the file's name
   * @param purpose all that the weights depend on
   * @param train learns them, by name
   * @throws UncheckedIOException if the cache cannot be read or written
   */
  static Map<String, float[]> of(
      @Nullable Path cache, String system, String purpose, Supplier<Map<String, float[]>> train) {
    if (cache == null) {
      return train.get();
    }
    String key = Checksums.sha256(purpose).substring(0, KEY_LENGTH);
    Path file = cache.resolve(system + "-" + key + ".safetensors");
    try {
      if (!Files.isRegularFile(file)) {
        Files.createDirectories(cache);
        write(file, train.get());
      }
      Map<String, float[]> weights = new LinkedHashMap<>();
      Safetensors.read(file).forEach((name, tensor) -> weights.put(name, tensor.values()));
      return weights;
    } catch (IOException e) {
      throw new UncheckedIOException("cannot use the cache of weights " + file, e);
    }
  }

  /** What the data of some sources and a seed are, for a purpose. */
  static String purpose(String textEncoder, List<DomainData> sources, long seed) {
    StringBuilder purpose = new StringBuilder(textEncoder);
    sources.forEach(source -> purpose.append('/').append(Fingerprint.of(source)));
    return purpose.append('/').append(seed).toString();
  }

  private static void write(Path file, Map<String, float[]> weights) throws IOException {
    Map<String, Safetensors.Tensor> tensors = new LinkedHashMap<>();
    weights.forEach(
        (name, values) ->
            tensors.put(name, new Safetensors.Tensor(new long[] {values.length}, values)));
    Path fresh = Files.createTempFile(file.getParent(), "weights-", ".tmp");
    try (OutputStream out = new BufferedOutputStream(Files.newOutputStream(fresh))) {
      Safetensors.write(out, tensors, Precision.FP32);
    }
    Files.move(fresh, file, StandardCopyOption.ATOMIC_MOVE);
  }
}
