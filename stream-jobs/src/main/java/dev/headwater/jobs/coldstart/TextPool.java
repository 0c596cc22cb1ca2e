package dev.headwater.jobs.coldstart;

import dev.headwater.events.Vectors;
import dev.headwater.events.wire.Vector;
import dev.headwater.idp.cdim.ItemPool;
import dev.headwater.idp.cdim.SourceIndex.Neighbour;
import dev.headwater.idp.expert.NearTextsCodec.Named;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/**
 * The texts of a domain's items, in the precision in which rows carry them, so that a restart finds
 * what it left. An item names the nearest of those that came before it, the earlier ones of its
 * batch among them; readers link both ways. How items fall into batches so changes nothing. Safe
 * for many threads.
 */
final class TextPool {
  /** Most names in a list: each pair is read both ways. */
  static final int LISTED = 32;

  /** What is less alike is left out, as in {@code evaluate}. */
  private static final float LEAST = 0.2f;

  private static final String DOMAIN = "";
  private static final float[] NO_ROW = {0};

  private final ItemPool pool;

  private record Near(String item, float cosine) {}

  TextPool(int textDim) {
    pool = new ItemPool(textDim, NO_ROW.length);
  }

  /** An item has this text. */
  void put(String item, Vector text) {
    put(item, unit(text));
  }

  private void put(String item, float[] text) {
    if (Vectors.norm(text) > 0) {
      pool.put(DOMAIN, item, text, NO_ROW);
    } else {
      remove(item);
    }
  }

  /** An item ended, or has no text. */
  void remove(String item) {
    pool.remove(DOMAIN, item);
  }

  /** Adds items, and returns for each what is near of those before it, nearest first. */
  synchronized List<Named> add(List<String> items, List<Vector> texts) {
    float[][] units = texts.stream().map(TextPool::unit).toArray(float[][]::new);
    List<List<Neighbour>> found = pool.nearest(units, LISTED + 1); // itself, if made again
    List<Named> named = new ArrayList<>();
    for (int i = 0; i < units.length; i++) {
      Map<String, Float> near = new HashMap<>();
      found.get(i).forEach(each -> near.put(each.item(), each.similarity()));
      for (int earlier = 0; earlier < i; earlier++) {
        near.put(items.get(earlier), dot(units[i], units[earlier]));
      }
      near.remove(items.get(i));
      named.add(nearest(near));
    }
    for (int i = 0; i < units.length; i++) {
      put(items.get(i), units[i]);
    }
    return named;
  }

  private static Named nearest(Map<String, Float> near) {
    List<Near> all = new ArrayList<>();
    near.forEach(
        (item, cosine) -> {
          if (cosine >= LEAST) {
            all.add(new Near(item, Math.min(1, cosine)));
          }
        });
    all.sort(Comparator.comparing((Near each) -> -each.cosine).thenComparing(Near::item));
    int size = Math.min(LISTED, all.size());
    String[] names = new String[size];
    float[] cosines = new float[size];
    for (int i = 0; i < size; i++) {
      names[i] = all.get(i).item;
      cosines[i] = all.get(i).cosine;
    }
    return new Named(names, cosines);
  }

  private static float[] unit(Vector text) {
    float[] values = Vectors.unpack(text);
    float norm = Vectors.norm(values);
    for (int i = 0; norm > 0 && i < values.length; i++) {
      values[i] /= norm;
    }
    return values;
  }

  private static float dot(float[] a, float[] b) {
    float sum = 0;
    for (int k = 0; k < a.length; k++) {
      sum += a[k] * b[k];
    }
    return sum;
  }
}
