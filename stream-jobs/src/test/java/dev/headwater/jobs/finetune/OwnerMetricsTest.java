package dev.headwater.jobs.finetune;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.apache.flink.events.EventBuilder;
import org.apache.flink.metrics.Gauge;
import org.apache.flink.metrics.Metric;
import org.apache.flink.runtime.metrics.MetricRegistry;
import org.apache.flink.runtime.metrics.groups.AbstractMetricGroup;
import org.apache.flink.runtime.metrics.groups.GenericMetricGroup;
import org.apache.flink.runtime.metrics.scope.ScopeFormats;
import org.apache.flink.traces.SpanBuilder;
import org.junit.jupiter.api.Test;

/** What alerts and dashboards ask of FineTuneJob a Flink cluster shows, under the same labels. */
class OwnerMetricsTest {
  private static final String TASK = "flink_taskmanager_job_task_operator_";
  private static final Pattern NAMED =
      Pattern.compile("(headwater_fine_tune_[a-z0-9_]+)(\\{[^}]*\\})?");
  private static final Pattern IN_TABLE =
      Pattern.compile("(?m)^\\| `(headwater_fine_tune_[a-z0-9_]+)` \\| \\w+ \\| ([a-z, ]*)\\|");
  private static final Pattern TABLE = Pattern.compile("table=\\\\?\"([a-z_]+)\\\\?\"");

  private final Shown shown = new Shown();
  private final String job = "owner-metrics-test-" + System.nanoTime();

  @Test
  void whatAlertsAndDashboardsAskIsShownOfEachDomain() throws IOException {
    OwnerMetrics metrics = metrics();
    metrics.show("toys", FineTuneStats.of(job + "-toys"));
    metrics.show("food-de", FineTuneStats.of(job + "-food-de"));
    metrics.waiting(List.of("books"), FineTuneStats.of(job));
    Map<String, Set<String>> asked = asked();
    assertThat(asked).containsKey("headwater_fine_tune_quality_collapsed").hasSizeGreaterThan(6);
    asked.forEach(
        (name, tables) -> {
          for (String domain : List.of("toys", "food-de")) {
            assertThat(shown.labels(name))
                .as(name)
                .anySatisfy(labels -> assertThat(labels).containsEntry("domain", domain));
            for (String table : tables) {
              assertThat(shown.labels(name))
                  .as(name)
                  .contains(Map.of("domain", domain, "table", table));
            }
          }
        });
  }

  /** The page that names them names these, with these labels and no others. */
  @Test
  void whatIsShownIsWhatThePageSays() throws IOException {
    OwnerMetrics metrics = metrics();
    metrics.show("toys", FineTuneStats.of(job + "-toys"));
    metrics.waiting(List.of("books"), FineTuneStats.of(job));
    Map<String, Set<String>> documented = new TreeMap<>();
    Matcher matcher = IN_TABLE.matcher(Files.readString(root().resolve("docs/metrics.md")));
    while (matcher.find()) {
      String labels = matcher.group(2).strip();
      documented.put(
          matcher.group(1),
          labels.isEmpty() ? Set.of() : new TreeSet<>(List.of(labels.split(", ", -1))));
    }
    Map<String, Set<String>> found = new TreeMap<>();
    shown.all.forEach(
        (name, all) -> all.forEach(labels -> found.put(name, new TreeSet<>(labels.keySet()))));
    assertThat(found).isEqualTo(documented);
  }

  /** Figures are the process's: two shards that both showed them would be added up. */
  @Test
  void oneOfTwoShardsInAProcessShowsADomainAndTheNextAttemptShowsItAgain() {
    FineTuneStats stats = FineTuneStats.of(job + "-toys");
    OwnerMetrics first = metrics();
    first.show("toys", stats);
    metrics().show("toys", stats);
    assertThat(shown.labels("headwater_fine_tune_examples_parked")).hasSize(1);
    first.close();
    metrics().show("toys", stats);
    assertThat(shown.labels("headwater_fine_tune_examples_parked")).hasSize(2);
  }

  private OwnerMetrics metrics() {
    return new OwnerMetrics(new GenericMetricGroup(shown, null, "operator"), () -> 0);
  }

  /** Returns the metrics that alerts and dashboards ask for, and of which tables. */
  private static Map<String, Set<String>> asked() throws IOException {
    Map<String, Set<String>> asked = new TreeMap<>();
    List<Path> files = new ArrayList<>();
    for (String folder : List.of("deploy/alerts", "deploy/grafana")) {
      try (Stream<Path> in = Files.list(root().resolve(folder))) {
        in.filter(Files::isRegularFile).forEach(files::add);
      }
    }
    for (Path file : files) {
      Matcher matcher = NAMED.matcher(Files.readString(file));
      while (matcher.find()) {
        Set<String> tables = asked.computeIfAbsent(matcher.group(1), name -> new TreeSet<>());
        Matcher table = TABLE.matcher(Objects.requireNonNullElse(matcher.group(2), ""));
        while (table.find()) {
          tables.add(table.group(1));
        }
      }
    }
    return asked;
  }

  private static Path root() {
    Path folder = Path.of("").toAbsolutePath();
    while (!Files.exists(folder.resolve("mvnw"))) {
      folder = Objects.requireNonNull(folder.getParent());
    }
    return folder;
  }

  /** What Flink's Prometheus reporter makes of metrics, and Prometheus of that. */
  private static final class Shown implements MetricRegistry {
    final Map<String, List<Map<String, String>>> all = new TreeMap<>();

    List<Map<String, String>> labels(String name) {
      return all.getOrDefault(name, List.of());
    }

    @Override
    public void register(Metric metric, String name, AbstractMetricGroup<?> group) {
      assertThat(((Gauge<?>) metric).getValue()).isInstanceOf(Number.class);
      String scope = group.getLogicalScope(text -> text, '_').replaceFirst("operator_", TASK);
      Map<String, String> labels = new HashMap<>();
      group
          .getAllVariables()
          .forEach((key, value) -> labels.put(key.replaceAll("[<>]", ""), value));
      all.computeIfAbsent(relabelled(scope + "_" + name), n -> new ArrayList<>()).add(labels);
    }

    private static String relabelled(String name) {
      try {
        String prometheus = Files.readString(root().resolve("deploy/prometheus/prometheus.yml"));
        Matcher rule =
            Pattern.compile("regex: '(" + TASK + ".*)'\\s+target_label: __name__")
                .matcher(prometheus);
        assertThat(rule.find()).isTrue();
        assertThat(Files.readString(root().resolve("docs/metrics.md")))
            .contains("regex: " + rule.group(1));
        Matcher whole = Pattern.compile(rule.group(1)).matcher(name);
        assertThat(whole.matches()).as(name).isTrue();
        return "headwater_" + whole.group(1);
      } catch (IOException e) {
        throw new UncheckedIOException(e);
      }
    }

    @Override
    public void unregister(Metric metric, String name, AbstractMetricGroup<?> group) {}

    @Override
    public char getDelimiter() {
      return '.';
    }

    @Override
    public int getNumberReporters() {
      return 1;
    }

    @Override
    public void addSpan(SpanBuilder span, AbstractMetricGroup<?> group) {}

    @Override
    public void addEvent(EventBuilder event, AbstractMetricGroup<?> group) {}

    @Override
    public ScopeFormats getScopeFormats() {
      throw new UnsupportedOperationException();
    }
  }
}
