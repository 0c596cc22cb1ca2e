package dev.headwater.access;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class ApiKeysTest {
  @TempDir Path folder;

  private Path file(String... lines) throws IOException {
    return Files.write(folder.resolve("keys"), List.of(lines));
  }

  private static String line(String name) {
    return GateTest.line(name, "read", "key of " + name);
  }

  @Test
  void findsTheHolderOfEachKeyAndOfNoOther() throws IOException {
    List<String> all = IntStream.range(0, 40).mapToObj(i -> line("n" + i)).toList();
    ApiKeys keys = ApiKeys.of(all.subList(0, 20), file(all.subList(20, 40).toArray(String[]::new)));
    assertThat(keys.size()).isEqualTo(40);
    for (int i = 0; i < 40; i++) {
      assertThat(Objects.requireNonNull(keys.find("key of n" + i)).name()).isEqualTo("n" + i);
    }
    for (String stranger : List.of("", "key of n", "key of n40", "KEY OF n1", "key of n1 ")) {
      assertThat(keys.find(stranger)).as("'%s'", stranger).isNull();
    }
    String hash = Secrets.hex(Secrets.sha256("key of n1"));
    assertThat(keys.find(hash)).as("a hash that leaked is no key").isNull();
  }

  @Test
  void commentsAndEmptyLinesAreCountedAndLeftOut() throws IOException {
    ApiKeys keys =
        ApiKeys.of(List.of(), file("# people", "", "  " + line("ann") + "  ", "   ", "#"));
    assertThat(keys.size()).isEqualTo(1);
    Path bad = file("# people", "", line("ann"), "bob read *");
    assertThatThrownBy(() -> ApiKeys.of(List.of(), bad))
        .isInstanceOf(AccessSetupException.class)
        .hasMessageContaining("keys, line 4")
        .hasMessageContaining("3 words");
  }

  @Test
  void anEntryOfTheConfigurationIsNamedByItsPlace() {
    assertThatThrownBy(() -> ApiKeys.of(List.of(line("ann"), "#"), null))
        .isInstanceOf(AccessSetupException.class)
        .hasMessageContaining("access.keys, entry 2");
  }

  @Test
  void aNameIsOneCallersWhereverItStands() throws IOException {
    Path file = file(line("ann"));
    assertThatThrownBy(() -> ApiKeys.of(List.of(line("ann")), file))
        .isInstanceOf(AccessSetupException.class)
        .hasMessageContaining("two keys are named ann");
  }

  @Test
  void moreThanTenThousandKeysAreRefused() throws IOException {
    List<String> lines = new ArrayList<>();
    String hash = Secrets.hex(Secrets.sha256("x"));
    for (int i = 0; i <= 10_000; i++) {
      lines.add("n" + i + " read * sha256:" + hash);
    }
    Path file = Files.write(folder.resolve("many"), lines);
    assertThatThrownBy(() -> ApiKeys.of(List.of(), file))
        .isInstanceOf(AccessSetupException.class)
        .hasMessageContaining("10000");
  }

  @Test
  void aFileOfAnotherEncodingIsRefusedAsUnreadable() throws IOException {
    Path file = Files.write(folder.resolve("latin"), new byte[] {(byte) 0xe9, '\n'});
    assertThatThrownBy(() -> ApiKeys.of(List.of(), file))
        .isInstanceOf(AccessSetupException.class)
        .hasMessageContaining("latin cannot be read");
  }
}
