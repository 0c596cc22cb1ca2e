package dev.headwater.jobs.coldstart;

import dev.headwater.events.Vectors;
import dev.headwater.events.wire.Vector;
import dev.headwater.idp.cdim.ItemPool;
import dev.headwater.idp.cdim.SourceIndex.Neighbour;
import dev.headwater.idp.expert.NearTextsCodec.Named;
import dev.headwater.jobs.coldstart.WrittenRows.Text;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/**
 * The texts of a domain's items, in the precision in which rows carry them, so that a restart finds
 * what it left. An item names the nearest of those that came before it, the earlier ones of its
 * batch among them, and says which text of each it was compared with; readers link both ways. How
 * items fall into batches so changes nothing. Safe for many threads.
 */
final class TextPool {
  /** Most names in a list: each pair is read both ways. */
  static final int LISTED = 32;

  /** What is less alike is left out, as in {@code evaluate}. */
  private static final float LEAST = 0.2f;

  private static final float[] NO_ROW = {0};

  private final ItemPool pool;
  private final Map<String, Text> standing = new HashMap<>();
  private final Object adding = new Object();

  TextPool(int textDim) {
    pool = new ItemPool(textDim, NO_ROW.length);
  }

  /** An item has this text, if no later one is known. */
  void put(String item, Text text, Vector vector) {
    put(item, text, unit(vector));
  }

  /** The pool knows each text by itself, so that what is named is what was compared. */
  private synchronized void put(String item, Text text, float[] unit) {
    Text known = standing.get(item);
    if (known != null && !text.covers(known)) {
      return;
    }
    if (Vectors.norm(unit) > 0) {
      pool.put(name(text), item, unit, NO_ROW);
      standing.put(item, text);
    } else {
      standing.remove(item);
    }
    if (known != null && !known.equals(standing.get(item))) {
      pool.remove(name(known), item);
    }
  }

  /** An item ended, or has no text, from this one on; nothing happens if a later one is known. */
  synchronized void remove(String item, Text since) {
    Text known = standing.get(item);
    if (known != null && since.covers(known)) {
      standing.remove(item);
      pool.remove(name(known), item);
    }
  }

  private static String name(Text text) {
    return text.incarnation() + "/" + text.revision();
  }

  private static Text text(String name) {
    int middle = name.indexOf('/');
    return new Text(
        Long.parseLong(name.substring(0, middle)), Long.parseLong(name.substring(middle + 1)));
  }

  /**
   * Adds items, and returns for each what is near of those before it, nearest first.
   *
   * @param items their names
   * @param texts which texts of theirs, as many
   * @param vectors of the texts, as many
   */
  List<List<Named>> add(List<String> items, List<Text> texts, List<Vector> vectors) {
    float[][] units = vectors.stream().map(TextPool::unit).toArray(float[][]::new);
    List<List<Named>> named = new ArrayList<>();
    synchronized (adding) {
      List<List<Neighbour>> found = pool.nearest(units, LISTED + 1); // itself, if made again
      for (int i = 0; i < units.length; i++) {
        Map<String, Named> near = new HashMap<>();
        found.get(i).forEach(each -> near.merge(each.item(), named(each), TextPool::later));
        for (int earlier = 0; earlier < i; earlier++) {
          float cosine = dot(units[i], units[earlier]);
          near.put(items.get(earlier), named(items.get(earlier), texts.get(earlier), cosine));
        }
        near.remove(items.get(i));
        named.add(nearest(near));
      }
      for (int i = 0; i < units.length; i++) {
        put(items.get(i), texts.get(i), units[i]);
      }
    }
    return named;
  }

  private static Named named(Neighbour near) {
    return named(near.item(), text(near.domain()), near.similarity());
  }

  private static Named named(String item, Text text, float cosine) {
    return new Named(item, Math.min(1, cosine), text.incarnation(), text.revision());
  }

  /** For a moment both texts of an item stand in the pool. */
  private static Named later(Named one, Named other) {
    return one.revision() >= other.revision() ? one : other;
  }

  private static List<Named> nearest(Map<String, Named> near) {
    return near.values().stream()
        .filter(each -> each.cosine() >= LEAST)
        .sorted(Comparator.comparing((Named each) -> -each.cosine()).thenComparing(Named::item))
        .limit(LISTED)
        .toList();
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
