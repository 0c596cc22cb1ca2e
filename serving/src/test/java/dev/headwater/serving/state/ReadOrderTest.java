package dev.headwater.serving.state;

import static org.assertj.core.api.Assertions.assertThat;

import com.google.protobuf.ByteString;
import dev.headwater.events.Keys;
import dev.headwater.events.RowRecord;
import dev.headwater.events.wire.EmbeddingRow;
import dev.headwater.idp.expert.Companions;
import dev.headwater.idp.expert.CountConfig;
import dev.headwater.idp.expert.ItemCounts;
import dev.headwater.idp.expert.ItemCountsCodec;
import dev.headwater.serving.Rows;
import dev.headwater.serving.items.ItemIds;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Random;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/**
 * A node that read rows as they were written and one that reads topics and partitions one after the
 * other, as after its start, offer the same items.
 */
class ReadOrderTest {
  private static final int ITEMS = 900;
  private static final int PARTITIONS = 2;
  private static final int NEWEST = 32;
  private static final Comparator<RowRecord> BY_PARTITION =
      Comparator.comparing(RowRecord::kind)
          .thenComparing(record -> Math.floorMod(record.item().hashCode(), PARTITIONS));
  private static final CountConfig COUNTING = CountConfig.defaults();

  private final Map<String, ItemCounts> counted = new HashMap<>();
  private final Map<String, EmbeddingRow> cold = new HashMap<>();
  private long offset;

  /** A table with names of its own. */
  private static final class Reader {
    private final ItemIds ids = new ItemIds();
    private final Experts experts = new Experts(ids);
    private final ModelTable table = ExpertRows.table(experts);

    void read(List<RowRecord> records) {
      records.forEach(record -> table.onRow(ids.code(record.item()), record));
      table.tick();
    }

    List<String> newest() {
      return names(table.newest(NEWEST));
    }

    List<String> popular() {
      return names(experts.book().popular());
    }

    private List<String> names(int[] codes) {
      return Arrays.stream(codes).mapToObj(ids::id).toList();
    }
  }

  @ParameterizedTest
  @ValueSource(longs = {1, 2, 3, 4})
  void decidesNothing(long seed) {
    List<RowRecord> written = written(new Random(seed));
    Reader live = new Reader();
    live.read(written);
    Reader late = new Reader();
    late.read(written.stream().sorted(BY_PARTITION).toList());
    Reader other = new Reader();
    other.read(written.stream().sorted(BY_PARTITION.reversed()).toList());
    assertThat(live.newest()).hasSize(NEWEST);
    assertThat(Stream.of(late, other).map(Reader::newest)).containsOnly(live.newest());
    assertThat(live.popular()).hasSizeGreaterThan(100);
    assertThat(Stream.of(late, other).map(Reader::popular)).containsOnly(live.popular());
  }

  /** Items begin, some are taken soon after, some end. */
  private List<RowRecord> written(Random random) {
    List<RowRecord> records = new ArrayList<>();
    for (int tick = 0; tick < 8 * ITEMS; tick++) {
      int newest = tick / 8;
      if (tick % 8 == 0) {
        records.add(begun("i" + newest, newest / 3));
      }
      String item = "i" + (int) (newest * Math.sqrt(random.nextDouble()));
      if (random.nextInt(200) == 0 && cold.remove(item) != null) {
        counted.remove(item);
        records.add(record(RowRecord.Kind.COLD, item, null));
        records.add(record(RowRecord.Kind.TUNED, item, null));
      } else if (cold.containsKey(item)) {
        records.add(taken(item, tick));
      }
    }
    return records;
  }

  private RowRecord begun(String item, long beganMs) {
    EmbeddingRow row =
        Rows.cold("d", item, offset + 1, 1, 0).toBuilder().setBeganMs(1_000 + beganMs).build();
    cold.put(item, row);
    return record(RowRecord.Kind.COLD, item, row);
  }

  private RowRecord taken(String item, long tick) {
    ItemCounts counts = counted.computeIfAbsent(item, none -> new ItemCounts());
    counts.take(1, tick, COUNTING);
    EmbeddingRow began = Objects.requireNonNull(cold.get(item));
    EmbeddingRow row =
        Rows.tuned("d", item, began.getIncarnation(), tick + 1, 0, 1).toBuilder()
            .setBeganMs(began.getBeganMs())
            .setCounts(
                ByteString.copyFrom(
                    ItemCountsCodec.encode(new ItemCounts(counts, Companions.NONE), any -> "none")))
            .build();
    return record(RowRecord.Kind.TUNED, item, row);
  }

  private RowRecord record(RowRecord.Kind kind, String item, @Nullable EmbeddingRow row) {
    return RowRecord.of(kind, new Keys.RowKey("d", Rows.MODEL, item), offset++, row);
  }
}
