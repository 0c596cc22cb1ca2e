package dev.headwater.serving.items;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import java.nio.file.Path;
import java.time.Duration;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class RecordFilesTest {
  @TempDir Path folder;

  @Test
  void writesWhatWasTouchedWithoutBeingAsked() {
    try (RecordFiles files = new RecordFiles(folder);
        PackedRecords one = files.records();
        PackedRecords other = files.records()) {
      one.put(1, new byte[] {1, 2, 3});
      other.put(1, new byte[] {4, 5});
      await().until(() -> one.unwritten().length + other.unwritten().length == 0);
      assertThat(one.get(1)).containsExactly(1, 2, 3);
      assertThat(other.get(1)).containsExactly(4, 5);
    }
  }

  @Test
  void keepsRecordsInMemoryWithoutAFolder() {
    try (RecordFiles files = new RecordFiles(null);
        PackedRecords records = files.records()) {
      records.put(7, new byte[] {9});
      assertThat(records.get(7)).containsExactly(9);
      assertThat(records.unwritten()).isEmpty();
    }
  }

  @Test
  void spreadsARoundOverItsTimeAndLeavesASlowDiskToOthersForFifteenSixteenths() {
    Duration quick = Duration.ofMillis(2);
    assertThat(RecordFiles.pause(quick, 1)).isEqualTo(Duration.ofSeconds(2));
    assertThat(RecordFiles.pause(quick, 80)).isEqualTo(Duration.ofMillis(30));
    assertThat(RecordFiles.pause(quick, 1_000)).isEqualTo(Duration.ofMillis(30));
    assertThat(RecordFiles.pause(Duration.ofMillis(600), 80)).isEqualTo(Duration.ofSeconds(9));
  }
}
