package dev.headwater.launcher.docs;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.util.List;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/**
 * {@code docs/configuration.md} holds every key of the reference, with default, meaning and who
 * reads it; and somebody reads every key.
 */
class ConfigurationReferencePageTest {
  @Test
  void isUpToDate() throws IOException {
    GeneratedPage.check("configuration.md", render());
  }

  @Test
  void everyBlockAndTopLevelKeySaysWhatItIsFor() {
    assertThat(ReferenceKeys.all().stream().filter(key -> !key.path().contains(".")))
        .isNotEmpty()
        .allMatch(key -> !key.meaning().isBlank());
  }

  static List<ReferenceKeys.Key> keys() {
    return ReferenceKeys.all();
  }

  @ParameterizedTest(name = "{0}")
  @MethodSource("keys")
  void somebodyReadsEveryKey(ReferenceKeys.Key key) {
    assertThat(Readers.of(key)).as("who reads " + key.path()).isNotEmpty();
  }

  /** The check above is worth nothing where every key changes everything. */
  @Test
  void aKeyOfOnePartIsReadByThatPartAlone() {
    assertThat(readers("store.keep.every")).containsExactly("store");
    assertThat(readers("serving.limits.drain")).containsExactly("serve");
    assertThat(readers("fine-tune.publish.interval")).containsExactly("fine-tune");
    assertThat(readers("metrics.cold-start-port")).containsExactly("job cold-start");
    assertThat(readers("access.keys")).containsExactly("serve", "store");
  }

  private static Set<String> readers(String path) {
    return Readers.of(
        keys().stream().filter(key -> key.path().equals(path)).findFirst().orElseThrow());
  }

  private static String render() {
    StringBuilder page = new StringBuilder(GeneratedPage.origin("reference.conf"));
    page.append(
        """
        # Every key of the configuration

        Put what you want otherwise into a file of your own (HOCON: JSON with comments, `a.b = c`, `${?ENVIRONMENT}`) and name it with `--config FILE`;
        flags win over the file. An unknown key, or a bad value, refuses to start, and all problems are shown at once, each with file and line. The effective
        configuration is logged at start, secrets masked. Durations: `50 ms`, `10 s`, `5 minutes`, `1 hour`. Sizes: `64 KiB`, `128 MiB`.

        All processes take the same file. *Read by* was found by trying: another value, and whose configuration is then another one. `cold-start` and `fine-tune` are the jobs
        wherever they run, on a Flink cluster too; `job cold-start` and `job fine-tune` the launcher's alone.
        """);
    String block = null;
    for (ReferenceKeys.Key key : ReferenceKeys.all()) {
      if (!key.section().equals(block)) {
        block = key.section();
        page.append("\n## ").append(block.isEmpty() ? "For all parts" : "`" + block + "`");
        page.append("\n\n| key | default | meaning | read by |\n|---|---|---|---|\n");
      }
      page.append(
          "| `%s` | `%s` | %s | %s |%n"
              .formatted(key.path(), key.text(), key.meaning(), Readers.text(Readers.of(key))));
    }
    return page.toString();
  }
}
