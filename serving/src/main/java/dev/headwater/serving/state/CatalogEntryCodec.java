package dev.headwater.serving.state;

import java.io.ByteArrayOutputStream;
import java.io.DataOutputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/** What the catalog says of an item as bytes, for one process: numbers first, then texts. */
final class CatalogEntryCodec {
  private static final int DELETED = 1;
  private static final int AVAILABLE = 2;
  private static final int RECEIVED = 1 + 2 * Long.BYTES;

  /** Where texts begin: brand, categories, attributes, title. */
  static final int TEXTS = RECEIVED + 3 * Long.BYTES;

  private CatalogEntryCodec() {}

  /** Packs. */
  static byte[] encode(CatalogEntry entry) {
    ByteArrayOutputStream bytes = new ByteArrayOutputStream(256);
    try (DataOutputStream out = new DataOutputStream(bytes)) {
      out.writeByte((entry.deleted() ? DELETED : 0) | (entry.available() ? AVAILABLE : 0));
      out.writeLong(entry.incarnation());
      out.writeLong(entry.beganMs());
      out.writeLong(entry.receivedMs());
      out.writeLong(entry.acceptedMs());
      out.writeLong(entry.endedIncarnation());
      PackedTextReader.write(out, entry.brand());
      PackedTextReader.writeCount(out, entry.categories().size());
      for (String category : entry.categories()) {
        PackedTextReader.write(out, category);
      }
      PackedTextReader.writeCount(out, entry.attributes().size());
      for (Map.Entry<String, String> attribute : entry.attributes().entrySet()) {
        PackedTextReader.write(out, attribute.getKey());
        PackedTextReader.write(out, attribute.getValue());
      }
      PackedTextReader.write(out, entry.title());
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
    return bytes.toByteArray();
  }

  /** Unpacks. */
  static CatalogEntry decode(byte[] packed) {
    ByteBuffer bytes = ByteBuffer.wrap(packed);
    int flags = bytes.get();
    long incarnation = bytes.getLong();
    long beganMs = bytes.getLong();
    long receivedMs = bytes.getLong();
    long acceptedMs = bytes.getLong();
    long endedIncarnation = bytes.getLong();
    PackedTextReader texts = new PackedTextReader(bytes, TEXTS, packed.length);
    String brand = texts.next();
    List<String> categories = new ArrayList<>();
    for (int left = texts.count(); left > 0; left--) {
      categories.add(texts.next());
    }
    Map<String, String> attributes = new HashMap<>();
    for (int left = texts.count(); left > 0; left--) {
      String name = texts.next();
      attributes.put(name, texts.next());
    }
    return new CatalogEntry(
        (flags & DELETED) != 0,
        (flags & AVAILABLE) != 0,
        incarnation,
        beganMs,
        texts.next(),
        brand,
        categories,
        attributes,
        receivedMs,
        acceptedMs,
        endedIncarnation);
  }

  /** Reads when the merchant published the item. */
  static long receivedMs(ByteBuffer bytes, int from, int length) {
    return length < TEXTS ? 0 : bytes.getLong(from + RECEIVED);
  }
}
