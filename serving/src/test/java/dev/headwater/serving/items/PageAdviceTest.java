package dev.headwater.serving.items;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.MappedByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.Arrays;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.EnabledOnOs;
import org.junit.jupiter.api.condition.OS;
import org.junit.jupiter.api.io.TempDir;

/** What the system knows of a mapping stands in its own table of them: proc(5), smaps. */
@EnabledOnOs(OS.LINUX)
class PageAdviceTest {
  private static final String RANDOM = "rr";
  private static final String SEQUENTIAL = "sr";

  @TempDir private Path folder;

  private MappedByteBuffer mapped(String name, long from) throws IOException {
    Path path = folder.resolve(name);
    try (FileChannel file =
        FileChannel.open(
            path, StandardOpenOption.CREATE, StandardOpenOption.READ, StandardOpenOption.WRITE)) {
      return file.map(FileChannel.MapMode.READ_WRITE, from, 1 << 14);
    }
  }

  /** Returns the flags of the mapping of a file. */
  private static List<String> flags(String name) throws IOException {
    boolean here = false;
    for (String line : Files.readAllLines(Path.of("/proc/self/smaps"))) {
      here |= line.contains(name);
      if (here && line.startsWith("VmFlags:")) {
        return Arrays.asList(line.split(" +"));
      }
    }
    throw new IllegalStateException(name + " is not mapped");
  }

  @Test
  void theSystemKnowsInWhichOrderAFileIsRead() throws IOException {
    MappedByteBuffer mapped = mapped("anywhere", 0);
    assertThat(flags("anywhere")).doesNotContain(RANDOM, SEQUENTIAL);
    assertThat(PageAdvice.random(mapped)).isTrue();
    assertThat(flags("anywhere")).contains(RANDOM);
    assertThat(PageAdvice.sequential(mapped)).isTrue();
    assertThat(flags("anywhere")).contains(SEQUENTIAL).doesNotContain(RANDOM);
  }

  @Test
  void whereTheFileIsMappedFromNeedNotBeTheBeginningOfAPage() throws IOException {
    MappedByteBuffer mapped = mapped("within", 1_000);
    assertThat(PageAdvice.random(mapped)).isTrue();
    assertThat(flags("within")).contains(RANDOM);
  }

  @Test
  void recordsAreReadAnywhere() throws IOException {
    try (PackedRecords records = PackedRecords.below(folder)) {
      records.put(3, new byte[100]);
      assertThat(flags(folder.toString())).contains(RANDOM);
      assertThat(records.get(3)).hasSize(100);
    }
  }
}
