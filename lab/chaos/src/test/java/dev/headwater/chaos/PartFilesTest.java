package dev.headwater.chaos;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class PartFilesTest {
  @TempDir Path home;

  @Test
  void whatAFaultAddedIsGoneWhenTheFormerValuesAreWrittenAgain() throws Exception {
    PartFiles files = new PartFiles(home);
    Path file = files.write("store", Map.of("domains", List.of("toys")));
    String text = Files.readString(file);
    Map<String, Object> before =
        files.change("store", Map.of("domains", List.of("toys", "bare"), "store.format", "int8"));
    assertThat(Files.readString(file))
        .contains("domains = [\"toys\", \"bare\"]\n", "store.format = \"int8\"\n");
    assertThat(files.write("store", before)).hasContent(text);
  }
}
