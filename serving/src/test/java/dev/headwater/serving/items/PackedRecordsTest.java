package dev.headwater.serving.items;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.ByteBuffer;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.Random;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicReference;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class PackedRecordsTest {
  private static final int CODES = 6_000; // several chunks and slabs

  /** A byte that is in no stamp and no address here. */
  private static final byte MARK = (byte) 0xee;

  @TempDir Path folder;

  @Test
  void keepsInMemoryWhatWasPutLast() {
    try (PackedRecords records = PackedRecords.inMemory()) {
      keepsWhatWasPutLast(records);
    }
  }

  @Test
  void keepsInAFileWithoutANameWhatWasPutLast() {
    try (PackedRecords records = PackedRecords.below(folder)) {
      keepsWhatWasPutLast(records);
      assertThat(folder).isEmptyDirectory();
    }
  }

  @Test
  void namesTheSlabsThatWereTouchedUntilTheyAreWritten() {
    try (PackedRecords records = PackedRecords.below(folder)) {
      assertThat(records.unwritten()).isEmpty();
      for (int code = 0; records.unwritten().length < 3; code++) {
        records.put(code, new byte[1_000]);
      }
      for (int slab : records.unwritten()) {
        records.writeBack(slab);
      }
      assertThat(records.unwritten()).isEmpty();
      records.remove(0);
      assertThat(records.unwritten()).as("zeros are written too").containsExactly(0);
    }
  }

  @Test
  void nothingInMemoryIsEverToBeWritten() {
    try (PackedRecords records = PackedRecords.inMemory()) {
      records.put(1, new byte[10]);
      assertThat(records.unwritten()).isEmpty();
    }
  }

  @Test
  void whatTheFileDoesNotTakeStaysInMemory() {
    PackedRecords records = PackedRecords.below(folder);
    for (int code = 0; code < 1_000; code++) {
      records.put(code, record(code));
    }
    records.close();
    records.remove(1);
    records.append(2, new byte[] {9});
    for (int code = 3; code < 500; code++) {
      records.put(code, record(code + 1));
    }
    assertThat(records.contains(1)).isFalse();
    assertThat(records.get(2)).isEqualTo(joined(record(2), new byte[] {9}));
    for (int code = 3; code < 1_000; code++) {
      assertThat(records.get(code)).isEqualTo(record(code < 500 ? code + 1 : code));
    }
  }

  private static void keepsWhatWasPutLast(PackedRecords records) {
    Random random = new Random(7);
    byte[][] expected = new byte[CODES][];
    for (int step = 0; step < 10 * CODES; step++) {
      int code = random.nextInt(CODES);
      byte[] record =
          new byte[random.nextInt(20) == 0 ? random.nextInt(70_000) : random.nextInt(300)];
      random.nextBytes(record);
      switch (random.nextInt(4)) {
        case 0 -> {
          records.remove(code);
          expected[code] = null;
        }
        case 1 -> {
          records.append(code, record);
          expected[code] = joined(expected[code], record);
        }
        default -> {
          records.put(code, record);
          expected[code] = record;
        }
      }
    }
    for (int code = 0; code < CODES; code++) {
      assertThat(records.contains(code)).isEqualTo(expected[code] != null);
      assertThat(Arrays.equals(records.get(code), expected[code])).as("code %s", code).isTrue();
    }
    assertThat(records.get(-1)).isNull();
    assertThat(records.get(CODES + 10_000)).isNull();
    assertThat(records.end()).isGreaterThanOrEqualTo(CODES);
  }

  private static byte[] joined(byte @Nullable [] first, byte[] second) {
    byte[] joined =
        Arrays.copyOf(first == null ? new byte[0] : first, length(first) + second.length);
    System.arraycopy(second, 0, joined, length(first), second.length);
    return joined;
  }

  private static int length(byte @Nullable [] bytes) {
    return bytes == null ? 0 : bytes.length;
  }

  @Test
  void nothingIsLeftOfARecordThatWasTakenAwayOrGrew() {
    try (PackedRecords records = PackedRecords.below(folder)) {
      byte[] marks = {MARK, MARK, MARK, MARK, MARK};
      for (int times = 1; times < 1_000; times++) {
        records.append(3, marks);
        assertThat(marks(records))
            .as("once each, and there may be one in the length")
            .isBetween(5L * times, 5L * times + 1);
      }
      records.remove(3);
      assertThat(marks(records)).isZero();
      assertThat(records.contains(3)).isFalse();
      records.remove(3);
      records.put(3, marks);
      assertThat(records.get(3)).isEqualTo(marks);
    }
  }

  @Test
  void nothingIsLeftOfARecordThatWasReplaced() {
    try (PackedRecords records = PackedRecords.below(folder)) {
      for (int length : new int[] {1, 300, 70_000, 200_000}) {
        byte[] record = new byte[length];
        Arrays.fill(record, MARK);
        records.put(0, record);
        assertThat(marks(records)).isEqualTo(length);
        records.put(0, new byte[] {1});
        assertThat(marks(records)).isZero();
      }
    }
  }

  /** A slot that is free is found by any record of its size, however many there are. */
  @Test
  void slotsThatAreFreeAreUsedAgain() {
    try (PackedRecords records = PackedRecords.below(folder)) {
      fill(records);
      long room = room(records);
      for (int round = 0; round < 3; round++) {
        for (int code = 0; code < CODES; code++) {
          records.remove((code * 7 + round) % CODES);
        }
        fill(records);
      }
      assertThat(room(records)).isEqualTo(room);
      for (int code = 0; code < CODES; code++) {
        assertThat(records.get(code)).isEqualTo(record(code));
      }
    }
  }

  private static void fill(PackedRecords records) {
    for (int code = 0; code < CODES; code++) {
      records.put(code, record(code));
    }
  }

  private static byte[] record(int code) {
    byte[] record = new byte[code % 90];
    Arrays.fill(record, (byte) code);
    return record;
  }

  private static long room(PackedRecords records) {
    return Arrays.stream(records.slabs()).mapToLong(ByteBuffer::capacity).sum();
  }

  private static long marks(PackedRecords records) {
    long marks = 0;
    for (ByteBuffer slab : records.slabs()) {
      for (int at = 0; at < slab.capacity(); at++) {
        marks += slab.get(at) == MARK ? 1 : 0;
      }
    }
    return marks;
  }

  /** While it is read a record goes to another slot and comes back to where it was. */
  @Test
  void whatIsReadOfASlotThatWasUsedAgainMeanwhileIsReadOnceMore() {
    PackedRecords records = PackedRecords.inMemory();
    records.put(1, new byte[] {1, 1});
    AtomicInteger reads = new AtomicInteger();
    String read =
        records.read(
            1,
            (bytes, from, length) -> {
              int first = bytes.get(from);
              if (reads.getAndIncrement() == 0) {
                records.put(1, new byte[] {2, 2});
                records.put(1, new byte[] {3, 3});
                assertThat(bytes.get(from)).as("the same slot").isEqualTo((byte) 3);
              }
              return first + " " + bytes.get(from + 1);
            });
    assertThat(read).isEqualTo("3 3");
    assertThat(reads.get()).isEqualTo(2);
  }

  @Test
  void nobodyReadsHalfOfARecordWhileOthersAreWritten() throws InterruptedException {
    nobodyReadsHalf(PackedRecords.inMemory());
  }

  /** The system copies into the file byte by byte, if it likes. */
  @Test
  void nobodyReadsHalfOfARecordInAFileWhileOthersAreWritten() throws InterruptedException {
    try (PackedRecords records = PackedRecords.below(folder)) {
      nobodyReadsHalf(records);
    }
  }

  /** A record is its code and a number, again and again, so that a mixture would be seen. */
  private static void nobodyReadsHalf(PackedRecords records) throws InterruptedException {
    AtomicBoolean running = new AtomicBoolean(true);
    AtomicReference<@Nullable String> wrong = new AtomicReference<>();
    Thread reader =
        new Thread(
            () -> {
              Random random = new Random(1);
              while (running.get() && wrong.get() == null) {
                int code = random.nextInt(8);
                wrong.compareAndSet(null, mixture(code, records.get(code)));
              }
            });
    reader.start();
    Random random = new Random(2);
    int[] steps = new int[8];
    for (int step = 0; step < 300_000; step++) {
      int code = random.nextInt(8);
      int last = steps[code];
      boolean grows = last > 0 && random.nextBoolean();
      steps[code] = grows ? last : step + 1;
      ByteBuffer record = ByteBuffer.allocate(8 * (1 + random.nextInt(6)));
      while (record.hasRemaining()) {
        record.putInt(code).putInt(steps[code]);
      }
      byte[] before = records.get(code);
      if (grows && before != null && before.length < 400) {
        records.append(code, record.array());
      } else if (grows) {
        records.remove(code);
      } else {
        records.put(code, record.array());
      }
    }
    running.set(false);
    reader.join();
    assertThat(wrong.get()).isNull();
  }

  private static @Nullable String mixture(int code, byte @Nullable [] bytes) {
    if (bytes == null) {
      return null;
    }
    ByteBuffer record = ByteBuffer.wrap(bytes);
    int step = record.getInt(4);
    while (record.hasRemaining()) {
      if (record.getInt() != code || record.getInt() != step) {
        return Arrays.toString(bytes);
      }
    }
    return null;
  }
}
