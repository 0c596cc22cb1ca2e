package dev.headwater.serving.state;

import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.Collection;
import java.util.Map;

/**
 * What an entry of the catalog shall be like, compared with packed ones where they lie: a filter
 * that few items pass is asked of thousands. Immutable.
 */
public final class EntryPattern {
  private final byte[][] categories;
  private final byte[][] brands;
  private final byte[][] names;
  private final byte[][] values;

  /**
   * Creates one; empty parts let everything pass.
   *
   * @param categories the item has at least one of them
   * @param brands the item's brand is one of them
   * @param attributes the item has all of them with these values
   */
  public EntryPattern(
      Collection<String> categories, Collection<String> brands, Map<String, String> attributes) {
    this.categories = utf8(categories);
    this.brands = utf8(brands);
    Collection<Map.Entry<String, String>> pairs = attributes.entrySet();
    names = utf8(pairs.stream().map(Map.Entry::getKey).toList());
    values = utf8(pairs.stream().map(Map.Entry::getValue).toList());
  }

  private static byte[][] utf8(Collection<String> texts) {
    return texts.stream().map(text -> text.getBytes(StandardCharsets.UTF_8)).toArray(byte[][]::new);
  }

  /** Tells whether the packed entry is like this. */
  boolean matches(ByteBuffer bytes, int from, int length) {
    int texts = Math.min(length, CatalogEntryCodec.TEXTS);
    PackedTextReader reader = new PackedTextReader(bytes, from + texts, from + length);
    boolean brand = reader.nextOf(brands) >= 0 || brands.length == 0;
    return brand && hasCategory(reader) && hasAttributes(reader);
  }

  private boolean hasCategory(PackedTextReader reader) {
    boolean any = categories.length == 0;
    for (int left = reader.count(); left > 0; left--) {
      any |= reader.nextOf(categories) >= 0;
    }
    return any;
  }

  private boolean hasAttributes(PackedTextReader reader) {
    int found = 0;
    for (int left = names.length == 0 ? 0 : reader.count(); left > 0; left--) {
      int name = reader.nextOf(names);
      boolean same = name >= 0 ? reader.nextOf(values[name]) == 0 : reader.nextOf() == 0;
      found += same ? 1 : 0;
    }
    return found == names.length;
  }
}
