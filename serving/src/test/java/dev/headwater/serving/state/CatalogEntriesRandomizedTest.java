package dev.headwater.serving.state;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatCode;

import dev.headwater.serving.items.PackedRecords;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import org.junit.jupiter.api.Test;

/**
 * What is packed comes out as it went in, and what is asked of it without unpacking is the same.
 */
class CatalogEntriesRandomizedTest {
  private static final int STEPS = 5_000;

  private final CatalogEntries entries = new CatalogEntries(PackedRecords.inMemory());

  private static String text(Random random) {
    StringBuilder text = new StringBuilder();
    for (int left = random.nextInt(10) == 0 ? 400 : random.nextInt(12); left > 0; left--) {
      text.append(random.nextInt(5) == 0 ? "ß€😀" : Character.toString('a' + random.nextInt(26)));
    }
    return text.toString();
  }

  private static CatalogEntry entry(Random random, int step) {
    if (random.nextInt(5) == 0) {
      return CatalogEntry.deletedAt(step, random.nextInt(3) == 0 ? CatalogEntry.NONE : step - 1);
    }
    List<String> categories = new ArrayList<>();
    Map<String, String> attributes = new HashMap<>();
    for (int left = random.nextInt(4); left > 0; left--) {
      categories.add(text(random));
      attributes.put(text(random), text(random));
    }
    return new CatalogEntry(
        false,
        random.nextBoolean(),
        random.nextInt(3) + step,
        step,
        text(random),
        text(random),
        categories,
        attributes,
        step + 1,
        step + 2,
        random.nextInt(3) == 0 ? step - 1 : CatalogEntry.NONE);
  }

  @Test
  void keepsWhatWasSetLast() {
    Random random = new Random(3);
    Map<Integer, CatalogEntry> expected = new HashMap<>();
    for (int step = 1; step < STEPS; step++) {
      int code = random.nextInt(200);
      CatalogEntry entry = entry(random, step);
      CatalogEntry before = expected.get(code);
      expected.put(code, before == null ? entry : entry.after(before));
      entries.set(code, expected.get(code));
      int any = random.nextInt(210);
      CatalogEntry wanted = expected.get(any);
      assertThat(entries.get(any)).isEqualTo(wanted);
      assertThat(entries.lastOver(any)).isEqualTo(wanted == null ? -1 : wanted.lastOver());
      assertThat(entries.receivedMs(any)).isEqualTo(wanted == null ? 0 : wanted.receivedMs());
      EntryPattern same = pattern(wanted == null ? entry : wanted);
      assertThat(entries.matches(any, same)).isEqualTo(wanted != null);
    }
  }

  private static EntryPattern pattern(CatalogEntry entry) {
    return new EntryPattern(entry.categories(), List.of(entry.brand()), entry.attributes());
  }

  /** As a reader may meet them while another record is written. */
  @Test
  void bytesThatAreNoEntryLeadNowhereElse() {
    Random random = new Random(4);
    for (int step = 0; step < STEPS; step++) {
      byte[] bytes = new byte[random.nextInt(80)];
      random.nextBytes(bytes);
      ByteBuffer buffer = ByteBuffer.wrap(bytes);
      int from = random.nextInt(bytes.length + 1);
      EntryPattern pattern = pattern(entry(random, step));
      assertThatCode(
              () -> {
                boolean unused = pattern.matches(buffer, from, bytes.length - from);
                long unusedMs = CatalogEntryCodec.receivedMs(buffer, from, bytes.length - from);
              })
          .doesNotThrowAnyException();
    }
  }
}
