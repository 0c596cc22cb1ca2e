package dev.headwater.idp.text;

import dev.headwater.idp.data.Checksums;
import dev.headwater.idp.data.DomainData;
import dev.headwater.idp.data.Fingerprint;
import java.io.BufferedInputStream;
import java.io.BufferedOutputStream;
import java.io.DataInputStream;
import java.io.DataOutputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.List;
import java.util.function.IntConsumer;
import org.jspecify.annotations.Nullable;

/** Text vectors of a domain's items, kept in a cache directory because encoding takes minutes. */
public final class TextVectors {
  private static final int NAME_LENGTH = 16;
  private static final int TEXTS_A_CALL = 512;

  private TextVectors() {}

  /**
   * Encodes the items' words, or reads what was encoded before. An item without words gets zeros,
   * which are like nothing.
   *
   * @param cache where to keep them; null keeps nothing
   */
  public static float[][] of(DomainData data, TextEncoder encoder, @Nullable Path cache) {
    return of(data, encoder, cache, count -> {});
  }

  /**
   * The same, telling how many texts are done so far.
   *
   * @param done called now and then on this thread
   */
  public static float[][] of(
      DomainData data, TextEncoder encoder, @Nullable Path cache, IntConsumer done) {
    if (cache == null) {
      return encode(data, encoder, done);
    }
    String key = Checksums.sha256(encoder.id() + "/" + Fingerprint.of(data));
    Path file = cache.resolve("text-" + key.substring(0, NAME_LENGTH) + ".bin");
    try {
      if (Files.isRegularFile(file)) {
        return read(file, data.items().size(), encoder.dim());
      }
      float[][] vectors = encode(data, encoder, done);
      Files.createDirectories(cache);
      Path fresh = Files.createTempFile(cache, "text-", ".tmp");
      write(fresh, vectors);
      Files.move(fresh, file, StandardCopyOption.ATOMIC_MOVE);
      return vectors;
    } catch (IOException e) {
      throw new UncheckedIOException("cannot use the cache of text vectors " + file, e);
    }
  }

  private static float[][] encode(DomainData data, TextEncoder encoder, IntConsumer done) {
    List<String> texts =
        data.items().stream()
            .map(item -> ItemText.of(item.title(), item.brand(), item.categories()))
            .toList();
    float[][] vectors = new float[texts.size()][];
    for (int from = 0; from < vectors.length; from += TEXTS_A_CALL) {
      int to = Math.min(vectors.length, from + TEXTS_A_CALL);
      float[][] some = encoder.encode(texts.subList(from, to));
      for (int i = from; i < to; i++) {
        vectors[i] = ItemText.isUsable(texts.get(i)) ? some[i - from] : new float[encoder.dim()];
      }
      done.accept(to);
    }
    return vectors;
  }

  private static void write(Path file, float[][] vectors) throws IOException {
    try (DataOutputStream out =
        new DataOutputStream(new BufferedOutputStream(Files.newOutputStream(file)))) {
      for (float[] vector : vectors) {
        for (float value : vector) {
          out.writeFloat(value);
        }
      }
    }
  }

  private static float[][] read(Path file, int rows, int dim) throws IOException {
    float[][] vectors = new float[rows][dim];
    try (DataInputStream in =
        new DataInputStream(new BufferedInputStream(Files.newInputStream(file)))) {
      for (float[] vector : vectors) {
        for (int k = 0; k < dim; k++) {
          vector[k] = in.readFloat();
        }
      }
    }
    return vectors;
  }
}
