package dev.headwater.configuration;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/**
 * Files made of random keys of the reference with values that fit their kind, and some that do not.
 */
class ConfigFileRandomizedTest {
  private static final Reference REFERENCE = Reference.load();
  private static final List<String> KEYS =
      REFERENCE.values().entrySet().stream()
          .map(Map.Entry::getKey)
          .filter(key -> !key.startsWith("tracing."))
          .sorted()
          .toList();
  private static final Map<Kind, List<String>> GOOD =
      Map.of(
          Kind.DURATION, List.of("\"3 s\"", "\"7 minutes\"", "1500"),
          Kind.SIZE, List.of("\"3 MiB\"", "77", "\"1 GiB\""),
          Kind.WHOLE, List.of("3", "\"4\"", "5.0"),
          Kind.NUMBER, List.of("0.25", "1", "\"2e-3\""),
          Kind.FLAG, List.of("true", "no", "\"on\""),
          Kind.TEXT, List.of("\"plain\"", "some words", "7"),
          Kind.LIST, List.of("[\"x\"]", "[]"));
  private static final Map<Kind, List<String>> BAD =
      Map.of(
          Kind.DURATION, List.of("\"soon\"", "\"-2 s\"", "[]", "{ a = 1 }", "null"),
          Kind.SIZE, List.of("\"much\"", "\"-1 KiB\"", "true", "[1]"),
          Kind.WHOLE, List.of("1.5", "\"NaN\"", "[]", "\"x\"", "1e300"),
          Kind.NUMBER, List.of("\"NaN\"", "\"Infinity\"", "true", "[0.1]", "{ b { c = 1 } }"),
          Kind.FLAG, List.of("1", "\"perhaps\"", "[true]"),
          Kind.TEXT, List.of("[1, 2]", "{}", "null"),
          Kind.LIST, List.of("1", "\"x\"", "true"));

  @TempDir Path folder;

  record Tracing(@Nullable URI endpoint, double sampleRatio) {}

  private static String pick(Random random, Map<Kind, List<String>> values, String key) {
    List<String> of = values.getOrDefault(Kind.of(REFERENCE.value(key)), List.of());
    return of.get(random.nextInt(of.size()));
  }

  private Path write(Map<String, String> values) throws IOException {
    List<String> lines = new ArrayList<>();
    values.forEach((key, value) -> lines.add(key + " = " + value));
    return Files.write(folder.resolve("random.conf"), lines);
  }

  @ParameterizedTest
  @ValueSource(longs = {1, 2, 3, 4})
  void eachBadValueIsToldOnceWithItsLineAndNoGoodOneIs(long seed) throws IOException {
    Random random = new Random(seed);
    for (int i = 0; i < 15; i++) {
      Map<String, String> good = new TreeMap<>();
      Map<String, String> bad = new TreeMap<>();
      for (int each = 0; each < 25; each++) {
        String key = KEYS.get(random.nextInt(KEYS.size()));
        Map<String, String> into = random.nextInt(4) == 0 ? bad : good;
        if (!good.containsKey(key) && !bad.containsKey(key)) {
          into.put(key, pick(random, into == bad ? BAD : GOOD, key));
        }
      }
      Map<String, String> all = new TreeMap<>(good);
      all.putAll(bad);
      List<String> order = new ArrayList<>(all.keySet());
      ConfigFile file = ConfigFile.read(write(all), Map.of());
      String as = "seed %d, file %d: %s".formatted(seed, i, all);
      if (bad.isEmpty()) {
        assertThat(file.section("tracing", Tracing.class).sampleRatio()).as(as).isEqualTo(0.001);
        continue;
      }
      assertThatThrownBy(() -> file.section("tracing", Tracing.class))
          .as(as)
          .isInstanceOf(ConfigurationException.class)
          .satisfies(e -> told(as, String.valueOf(e.getMessage()), order, bad));
    }
  }

  private static void told(String as, String message, List<String> order, Map<String, String> bad) {
    List<String> lines = message.lines().map(String::strip).toList();
    assertThat(lines).as(as).hasSize(bad.size() + 1);
    for (String key : bad.keySet()) {
      String place = "random.conf:" + (order.indexOf(key) + 1) + ": ";
      assertThat(lines)
          .as(as + " %s", key)
          .filteredOn(line -> line.startsWith(place) && line.contains(key))
          .hasSize(1);
    }
  }

  @ParameterizedTest
  @ValueSource(longs = {1, 2, 3, 4})
  void aWordThatIsNoKeyIsToldAndOneWithAKnownEndIsHelped(long seed) throws IOException {
    Random random = new Random(seed);
    for (int i = 0; i < 15; i++) {
      String key = KEYS.get(random.nextInt(KEYS.size()));
      String last = key.substring(key.lastIndexOf('.') + 1);
      String lost = "elsewhere-" + random.nextInt(9) + "." + last;
      ConfigFile file = ConfigFile.read(write(Map.of(lost, "1")), Map.of());
      assertThatThrownBy(() -> file.section("tracing", Tracing.class))
          .as("seed %d, %s", seed, lost)
          .hasMessageContaining("random.conf:1: unknown key " + lost)
          .hasMessageContaining("did you mean ")
          .hasMessageContaining(last + "?");
    }
  }

  @ParameterizedTest
  @ValueSource(longs = {1, 2, 3, 4})
  void whatIsShownIsWhatWasWrittenOverTheReference(long seed) throws IOException {
    Random random = new Random(seed);
    ConfigFile reference = ConfigFile.reference();
    for (int i = 0; i < 8; i++) {
      Map<String, String> values = new TreeMap<>();
      for (int each = 0; each < 10; each++) {
        String key = KEYS.get(random.nextInt(KEYS.size()));
        values.put(key, pick(random, GOOD, key));
      }
      Map<String, String> shown = ConfigFile.read(write(values), Map.of()).shown();
      assertThat(shown.keySet()).isEqualTo(reference.shown().keySet());
      Map<String, String> others = new TreeMap<>(reference.shown());
      others.keySet().removeAll(values.keySet());
      assertThat(shown).as("seed %d, %d", seed, i).containsAllEntriesOf(others);
    }
  }
}
