package dev.headwater.launcher.docs;

import com.typesafe.config.ConfigFactory;
import com.typesafe.config.ConfigObject;
import com.typesafe.config.ConfigRenderOptions;
import com.typesafe.config.ConfigValue;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Map;

/** Every key of {@code reference.conf}, as it stands there. */
final class ReferenceKeys {
  /** A key with its default and what its comment says. */
  record Key(String path, ConfigValue value, String meaning) {
    /** The section that the key stands in, empty for the top. */
    String section() {
      return path.contains(".") ? path.substring(0, path.indexOf('.')) : "";
    }

    String text() {
      return value.render(ConfigRenderOptions.concise()).replace("|", "\\|");
    }
  }

  private ReferenceKeys() {}

  /** What belongs to all parts comes first, though Java's maps and the file may say otherwise. */
  static List<Key> all() {
    List<Key> keys = new ArrayList<>();
    collect(
        "",
        "",
        ConfigFactory.parseResources("dev/headwater/configuration/reference.conf").resolve().root(),
        keys);
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
