package dev.headwater.events;

import com.google.protobuf.ByteString;
import dev.headwater.events.wire.EmbeddingRow;
import java.io.DataInputStream;
import java.io.DataOutputStream;
import java.io.IOException;
import java.util.BitSet;
import java.util.function.Predicate;

/**
 * The names of other items in a row: companions in its counts, and the items whose texts are near.
 * Of an item that was deleted they are to be taken out wherever rows are kept.
 */
public final class NamedItems {
  /** Format, times taken, recent ones in three windows, first and last tick, tick of the links. */
  private static final int COUNTS_HEAD = 1 + (1 + 3 + 2 + 1) * Long.BYTES;

  private static final int COUNTS_FORMAT = 1;

  private NamedItems() {}

  /**
   * Returns a row that names none of them; the row itself when it does not. Counts that cannot be
   * read, which readers refuse, are left out whole.
   */
  public static EmbeddingRow without(EmbeddingRow row, Predicate<String> gone) {
    ByteString counts =
        row.getCounts().isEmpty() ? ByteString.EMPTY : without(row.getCounts(), gone);
    boolean near = row.getNearTextsList().stream().anyMatch(text -> gone.test(text.getItem()));
    if (counts.equals(row.getCounts()) && !near) {
      return row;
    }
    EmbeddingRow.Builder less = row.toBuilder().setCounts(counts);
    if (near) {
      less.clearNearTexts();
      row.getNearTextsList().stream()
          .filter(text -> !gone.test(text.getItem()))
          .forEach(less::addNearTexts);
    }
    return less.build();
  }

  private static ByteString without(ByteString counts, Predicate<String> gone) {
    try (DataInputStream in = new DataInputStream(counts.newInput())) {
      byte[] head = in.readNBytes(COUNTS_HEAD);
      int size = in.readInt();
      if (head[0] != COUNTS_FORMAT) {
        return ByteString.EMPTY;
      }
      BitSet stays = new BitSet();
      ByteString.Output companions = ByteString.newOutput();
      DataOutputStream out = new DataOutputStream(companions);
      for (int i = 0; i < size; i++) {
        String name = in.readUTF();
        float weight = in.readFloat();
        if (!gone.test(name)) {
          out.writeUTF(name);
          out.writeFloat(weight);
          stays.set(i);
        }
      }
      if (stays.cardinality() == size) {
        return counts;
      }
      ByteString.Output all = ByteString.newOutput();
      all.write(head);
      new DataOutputStream(all).writeInt(stays.cardinality());
      return all.toByteString().concat(companions.toByteString()).concat(incarnations(in, stays));
    } catch (IOException e) {
      return ByteString.EMPTY;
    }
  }

  /** What stands behind the companions, one number of seven bits a byte for each. */
  private static ByteString incarnations(DataInputStream in, BitSet stays) throws IOException {
    ByteString.Output kept = ByteString.newOutput();
    for (int i = 0, next = in.read(); next >= 0; next = in.read()) {
      if (stays.get(i)) {
        kept.write(next);
      }
      i += next < 0x80 ? 1 : 0;
    }
    return kept.toByteString();
  }
}
