package dev.headwater.store.inspect;

import dev.headwater.client.answers.TableDiff;
import dev.headwater.client.answers.TableDiff.Moved;
import dev.headwater.store.table.EmbeddingStore;
import dev.headwater.store.table.SealedVersion;
import dev.headwater.store.table.StoreException;
import dev.headwater.store.table.StoredRow;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** Compares two versions of a table row by row. */
public final class VersionDiff {
  private static final int CHUNK = 1000;
  private static final int EXAMPLES = 10;

  private VersionDiff() {}

  /** Compares; work in proportion to the rows touched since the older of the two. */
  public static TableDiff between(EmbeddingStore store, SealedVersion a, SealedVersion b) {
    if (!a.table().equals(b.table())) {
      throw new StoreException(
          StoreException.Code.BAD_REQUEST,
          "versions %d and %d are of different tables, %s and %s"
              .formatted(a.version(), b.version(), a.table(), b.table()));
    }
    long older = Math.min(a.version(), b.version());
    List<String> items = store.touchedSince(a.table(), older);
    Tally tally = new Tally();
    for (int at = 0; at < items.size(); at += CHUNK) {
      List<String> chunk = items.subList(at, Math.min(items.size(), at + CHUNK));
      List<@Nullable StoredRow> first = store.multiGetAt(a.table(), chunk, a.version());
      List<@Nullable StoredRow> second = store.multiGetAt(a.table(), chunk, b.version());
      for (int i = 0; i < chunk.size(); i++) {
        tally.add(chunk.get(i), first.get(i), second.get(i));
      }
    }
    return tally.result(a.version(), b.version());
  }

  private static final class Tally {
    private final List<Moved> moved = new ArrayList<>();
    private long added;
    private long removed;
    private long changed;
    private double sum;
    private double max;

    void add(String item, @Nullable StoredRow from, @Nullable StoredRow to) {
      if (from == null ? to == null : from.equals(to)) {
        return;
      }
      double move = -1;
      if (from == null) {
        added++;
      } else if (to == null) {
        removed++;
      } else {
        changed++;
        move = distance(from.vector(), to.vector());
        sum += move;
        max = Math.max(max, move);
      }
      keep(new Moved(item, move));
    }

    private void keep(Moved one) {
      moved.add(one);
      if (moved.size() > 20 * EXAMPLES) {
        trim();
      }
    }

    private void trim() {
      moved.sort((x, y) -> Double.compare(y.move(), x.move()));
      moved.subList(Math.min(EXAMPLES, moved.size()), moved.size()).clear();
    }

    TableDiff result(long from, long to) {
      trim();
      double mean = changed == 0 ? 0 : sum / changed;
      return new TableDiff(from, to, added, removed, changed, mean, max, moved);
    }

    private static double distance(float[] a, float[] b) {
      double sum = 0;
      for (int i = 0; i < Math.min(a.length, b.length); i++) {
        sum += (a[i] - b[i]) * (double) (a[i] - b[i]);
      }
      return Math.sqrt(sum);
    }
  }
}
