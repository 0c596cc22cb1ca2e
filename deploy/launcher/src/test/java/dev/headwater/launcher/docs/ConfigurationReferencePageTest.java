package dev.headwater.launcher.docs;

import static org.assertj.core.api.Assertions.assertThat;

import com.typesafe.config.ConfigObject;
import com.typesafe.config.ConfigRenderOptions;
import com.typesafe.config.ConfigValue;
import dev.headwater.platform.config.ConfigFile;
import java.io.IOException;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

/** {@code docs/configuration.md} holds every key of the reference, with default and meaning. */
class ConfigurationReferencePageTest {
  private record Key(String path, ConfigValue value, String meaning) {}

  @Test
  void isUpToDate() throws IOException {
    GeneratedPage.check("configuration.md", render());
  }

  @Test
  void everyBlockAndTopLevelKeySaysWhatItIsFor() {
    assertThat(keys().stream().filter(key -> !key.path().contains(".")))
        .isNotEmpty()
        .allMatch(key -> !key.meaning().isBlank());
  }

  private static String render() {
    StringBuilder page = new StringBuilder(GeneratedPage.origin("reference.conf"));
    page.append(
        """
        # Every key of the configuration

        Put what you want otherwise into a file of your own (HOCON: JSON with comments, `a.b = c`, `${?ENVIRONMENT}`) and name it with `--config FILE`;
        flags win over the file. An unknown key, or a value of another type, refuses to start, and all problems are shown at once. The effective
        configuration is logged at start, secrets masked. Durations: `50 ms`, `10 s`, `5 minutes`, `1 hour`. Sizes: `64 KiB`, `128 MiB`.
        """);
    String block = null;
    for (Key key : keys()) {
      String of = key.path().contains(".") ? key.path().substring(0, key.path().indexOf('.')) : "";
      if (!of.equals(block)) {
        page.append("\n## ").append(of.isEmpty() ? "For all parts" : "`" + of + "`");
        page.append("\n\n| key | default | meaning |\n|---|---|---|\n");
        block = of;
      }
      page.append("| `%s` | `%s` | %s |%n".formatted(key.path(), text(key), key.meaning()));
    }
    return page.toString();
  }

  private static String text(Key key) {
    return key.value().render(ConfigRenderOptions.concise()).replace("|", "\\|");
  }

  private static List<Key> keys() {
    List<Key> keys = new ArrayList<>();
    collect("", "", ConfigFile.reference().root(), keys);
    // What belongs to all parts comes first, though Java's maps and the file may say otherwise.
    keys.sort(
        Comparator.comparing((Key key) -> key.path().contains("."))
            .thenComparing(key -> key.value().origin().lineNumber())
            .thenComparing(Key::path));
    return keys;
  }

  private static void collect(String prefix, String above, ConfigObject object, List<Key> keys) {
    for (Map.Entry<String, ConfigValue> entry : object.entrySet()) {
      String path = prefix + entry.getKey();
      String own = meaning(entry.getValue());
      String meaning = own.isEmpty() ? above : own;
      if (entry.getValue() instanceof ConfigObject inner && !inner.isEmpty()) {
        collect(path + ".", own, inner, keys);
      } else {
        keys.add(new Key(path, entry.getValue(), meaning));
      }
    }
  }

  private static String meaning(ConfigValue value) {
    return String.join(" ", value.origin().comments().stream().map(String::strip).toList())
        .replace("|", "\\|");
  }
}
