package dev.headwater.launcher;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Locale;
import java.util.Objects;
import java.util.Set;
import java.util.TreeSet;
import java.util.regex.MatchResult;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

/** docs/metrics.md names the meters that the code registers, all of them and no others. */
class MetricsDocTest {
  private static final Path ROOT = root();
  private static final Pattern IN_CODE =
      Pattern.compile(
          "\"(headwater\\.(?:ingest|cold\\.start|fine\\.tune|store|serving|heartbeat)\\.[a-z0-9_.]+)\"");
  private static final Pattern IN_TABLE = Pattern.compile("(?m)^\\| `(headwater_[a-z0-9_]+)` \\|");
  private static final Pattern SUFFIX =
      Pattern.compile("(_total|_seconds|_bytes|_ratio|_seconds_total)?");

  /** Keys by which Kafka Streams hands our own settings to a handler. */
  private static final Set<String> NO_METERS =
      Set.of(
          "headwater.ingest.dead.letters", "headwater.ingest.metrics", "headwater.ingest.catalog");

  private static Path root() {
    Path folder = Path.of("").toAbsolutePath();
    while (!Files.exists(folder.resolve("mvnw"))) {
      folder = Objects.requireNonNull(folder.getParent());
    }
    return folder;
  }

  /** Returns the names in the tables of the page. */
  static Set<String> documented() throws IOException {
    return matches(IN_TABLE, Files.readString(ROOT.resolve("docs/metrics.md")));
  }

  private static Set<String> matches(Pattern pattern, String text) {
    return pattern
        .matcher(text)
        .results()
        .map((MatchResult match) -> match.group(1))
        .collect(Collectors.toCollection(TreeSet::new));
  }

  private static Set<String> inCode() throws IOException {
    Set<String> names = new TreeSet<>();
    for (String module :
        new String[] {"ingest", "stream-jobs", "model-store", "serving", "deploy/platform"}) {
      try (Stream<Path> files = Files.walk(ROOT.resolve(module).resolve("src/main/java"))) {
        for (Path file : files.filter(f -> f.toString().endsWith(".java")).toList()) {
          names.addAll(matches(IN_CODE, Files.readString(file)));
        }
      }
    }
    names.removeAll(NO_METERS);
    return names;
  }

  private static boolean same(String meter, String documented) {
    String name = meter.replace('.', '_').toLowerCase(Locale.ROOT);
    return documented.startsWith(name)
        && SUFFIX.matcher(documented.substring(name.length())).matches();
  }

  @Test
  void everyMeterOfTheCodeIsDocumented() throws IOException {
    Set<String> documented = documented();
    assertThat(inCode())
        .hasSizeGreaterThan(60)
        .allSatisfy(meter -> assertThat(documented).anyMatch(name -> same(meter, name)));
  }

  @Test
  void everyDocumentedMeterIsInTheCode() throws IOException {
    Set<String> meters = inCode();
    assertThat(documented())
        .allSatisfy(name -> assertThat(meters).anyMatch(meter -> same(meter, name)));
  }

  @Test
  void aNameFollowsTheScheme() throws IOException {
    assertThat(documented())
        .allMatch(
            name ->
                name.matches("headwater_(ingest|cold_start|fine_tune|store|serving|heartbeat)_.*"));
  }
}
