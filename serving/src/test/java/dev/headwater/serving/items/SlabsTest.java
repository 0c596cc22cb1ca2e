package dev.headwater.serving.items;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.ByteBuffer;
import java.nio.file.Path;
import java.util.HashSet;
import java.util.Set;
import java.util.concurrent.atomic.AtomicLong;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class SlabsTest {
  @TempDir private Path folder;

  @Test
  void whatIsWrittenIsReadAtOnce() {
    try (Slabs slabs = Slabs.below(folder)) {
      slabs.add(1 << 14);
      slabs.add(1 << 15);
      assertThat(slabs.write(1, 100, new byte[] {1, 2})).isTrue();
      assertThat(slabs.write(0, 5_000, new byte[] {3})).isTrue();
      assertThat(slabs.get(1).getShort(100)).isEqualTo((short) 0x0102);
      assertThat(slabs.get(0).get(5_000)).isEqualTo((byte) 3);
      assertThat(slabs.unwritten()).containsExactly(0, 1);
    }
  }

  /** Those of a node are closed while who applies rows may still do so. */
  @Test
  void whereTheFileTakesNothingOnlyPartsInMemoryAreOpen() {
    Slabs slabs = Slabs.below(folder);
    slabs.add(1 << 14);
    slabs.close();
    assertThat(slabs.isOpen(0)).isTrue();
    assertThat(slabs.write(0, 0, new byte[1])).isFalse();
    assertThat(slabs.isOpen(0)).isFalse();
    slabs.add(1 << 14);
    assertThat(slabs.isOpen(1)).isTrue();
    assertThat(slabs.write(1, 0, new byte[] {7})).isTrue();
    assertThat(slabs.get(1).get(0)).isEqualTo((byte) 7);
  }

  @Test
  void partsThatWereSavedAreNeverWrittenTo() {
    try (Slabs slabs = Slabs.below(folder)) {
      slabs.begin(new ByteBuffer[] {ByteBuffer.allocate(64)});
      slabs.add(1 << 14);
      assertThat(slabs.isOpen(0)).isFalse();
      assertThat(slabs.isOpen(1)).isTrue();
    }
  }

  /** A write in a hundred milliseconds, or 40,000 in a second: each is read at once. */
  @Test
  void aFloodGoesThroughTheMappingAndWhatComesAfterItDoesNot() {
    AtomicLong nowNs = new AtomicLong();
    try (Slabs slabs = Slabs.below(folder, nowNs::get)) {
      slabs.add(1 << 16);
      assertThat(modes(slabs, nowNs, 30_000)).as("33,000 a second").containsOnly(false);
      assertThat(modes(slabs, nowNs, 20_000)).as("50,000 a second").contains(true);
      assertThat(modes(slabs, nowNs, 20_000)).containsOnly(true);
      assertThat(modes(slabs, nowNs, 30_000)).contains(false);
      assertThat(modes(slabs, nowNs, 30_000)).containsOnly(false);
    }
  }

  /** Returns how 10,000 writes went, each of which is looked at. */
  private static Set<Boolean> modes(Slabs slabs, AtomicLong nowNs, long stepNs) {
    Set<Boolean> modes = new HashSet<>();
    for (int write = 0; write < 10_000; write++) {
      nowNs.addAndGet(stepNs);
      int at = write * 5 % (1 << 16);
      assertThat(slabs.write(0, at, new byte[] {(byte) write})).isTrue();
      assertThat(slabs.get(0).get(at)).isEqualTo((byte) write);
      modes.add(slabs.isFlooded());
    }
    return modes;
  }
}
