package dev.headwater.jobs.local;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.FileTime;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class CheckpointsTest {
  @TempDir Path folder;

  @Test
  void theNewestCompleteOneIsFound() throws IOException {
    complete("job-1/chk-7", 1_000);
    Path newest = complete("job-2/chk-3", 3_000);
    complete("job-2/chk-2", 2_000);
    Files.createDirectories(folder.resolve("job-2/chk-4"));
    assertThat(Checkpoints.newest(folder.toUri().toString()))
        .isEqualTo("file:" + newest.getParent());
  }

  @Test
  void aSavepointCountsToo() throws IOException {
    complete("job-1/chk-7", 1_000);
    Path newest = complete("savepoints/savepoint-a", 2_000);
    assertThat(Checkpoints.newest(folder.toUri().toString()))
        .isEqualTo("file:" + newest.getParent());
  }

  @Test
  void whereNothingWasWrittenNothingIsFound() throws IOException {
    assertThat(Checkpoints.newest(folder.resolve("absent").toUri().toString())).isNull();
    assertThat(Checkpoints.newest(folder.toUri().toString())).isNull();
  }

  private Path complete(String name, long atMs) throws IOException {
    Path metadata = Files.createDirectories(folder.resolve(name)).resolve("_metadata");
    Files.writeString(metadata, "x");
    return Files.setLastModifiedTime(metadata, FileTime.fromMillis(atMs));
  }
}
