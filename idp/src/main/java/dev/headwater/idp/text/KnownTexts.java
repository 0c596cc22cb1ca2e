package dev.headwater.idp.text;

import dev.headwater.idp.data.DomainData;
import dev.headwater.idp.data.Item;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * A text encoder that knows a domain's texts already and asks another one for the rest. Safe for
 * many threads if the other one is.
 */
public final class KnownTexts implements TextEncoder {
  private final TextEncoder other;
  private final Map<String, float[]> known;

  private KnownTexts(TextEncoder other, Map<String, float[]> known) {
    this.other = other;
    this.known = known;
  }

  /**
   * Encodes a domain's texts once, or reads them from a cache.
   *
   * @param other encodes the rest; not closed by this one
   * @param cache where vectors are kept
   */
  public static KnownTexts of(DomainData data, TextEncoder other, Path cache) {
    float[][] vectors = TextVectors.of(data, other, cache);
    Map<String, float[]> known = new HashMap<>();
    for (int i = 0; i < vectors.length; i++) {
      Item item = data.items().get(i);
      known.put(ItemText.of(item.title(), item.brand(), item.categories()), vectors[i]);
    }
    return new KnownTexts(other, known);
  }

  @Override
  public String id() {
    return other.id();
  }

  @Override
  public int dim() {
    return other.dim();
  }

  @Override
  public float[][] encode(List<String> texts) {
    float[][] vectors = new float[texts.size()][];
    for (int i = 0; i < vectors.length; i++) {
      float[] vector = known.get(texts.get(i));
      vectors[i] = vector == null ? other.encode(List.of(texts.get(i)))[0] : vector.clone();
    }
    return vectors;
  }

  @Override
  public @Nullable String unfit(String text) {
    return other.unfit(text);
  }

  @Override
  public double known(String text) {
    return other.known(text);
  }

  @Override
  public void close() {}
}
