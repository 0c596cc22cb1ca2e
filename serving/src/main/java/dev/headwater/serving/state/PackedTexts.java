package dev.headwater.serving.state;

import dev.headwater.idp.expert.NearTexts;
import dev.headwater.idp.expert.TextList;
import dev.headwater.idp.expert.TextsByItem;
import dev.headwater.serving.items.PackedRecords;
import java.nio.ByteBuffer;

/**
 * Lists of texts as records, for one process.
 *
 * @param records where lists stand, every {@code step}-th from the {@code first} on
 */
record PackedTexts(PackedRecords records, int step, int first) implements TextsByItem {
  private static final int ENTRY = Integer.BYTES + Float.BYTES + Integer.BYTES;

  private int code(int item) {
    return item < 0 ? item : item * step + first;
  }

  @Override
  public NearTexts get(int item) {
    NearTexts list = records.read(code(item), PackedTexts::list);
    return list == null ? NearTexts.NONE : list;
  }

  private static NearTexts list(ByteBuffer bytes, int from, int length) {
    int[] items = new int[length / ENTRY];
    float[] cosines = new float[items.length];
    int[] revisions = new int[items.length];
    for (int i = 0; i < items.length; i++) {
      int at = from + i * ENTRY;
      items[i] = bytes.getInt(at);
      cosines[i] = bytes.getFloat(at + Integer.BYTES);
      revisions[i] = bytes.getInt(at + Integer.BYTES + Float.BYTES);
    }
    return new NearTexts(items, cosines, revisions);
  }

  @Override
  public void read(int item, TextList into) {
    TextList read =
        records.read(code(item), (bytes, from, length) -> read(bytes, from, length, into));
    if (read == null) {
      into.begin(0);
    }
  }

  private static TextList read(ByteBuffer bytes, int from, int length, TextList into) {
    int size = length / ENTRY;
    into.begin(size);
    for (int i = 0; i < size; i++) {
      int at = from + i * ENTRY;
      into.append(
          bytes.getInt(at),
          bytes.getFloat(at + Integer.BYTES),
          bytes.getInt(at + Integer.BYTES + Float.BYTES));
    }
    return into;
  }

  @Override
  public void set(int item, NearTexts list) {
    if (list.size() == 0) {
      records.remove(code(item));
      return;
    }
    ByteBuffer bytes = ByteBuffer.allocate(list.size() * ENTRY);
    for (int i = 0; i < list.size(); i++) {
      put(bytes, list.items()[i], list.cosines()[i], list.revision(i));
    }
    records.put(code(item), bytes.array());
  }

  @Override
  public void add(int item, int text, float cosine, int revision) {
    ByteBuffer bytes = ByteBuffer.allocate(ENTRY);
    put(bytes, text, cosine, revision);
    records.append(code(item), bytes.array());
  }

  private static void put(ByteBuffer bytes, int item, float cosine, int revision) {
    bytes.putInt(item).putFloat(cosine).putInt(revision);
  }
}
