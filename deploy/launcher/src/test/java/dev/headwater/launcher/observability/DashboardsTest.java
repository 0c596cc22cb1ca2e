package dev.headwater.launcher.observability;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import java.io.IOException;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

class DashboardsTest {
  private static final int GRID_WIDTH = 24;
  private static final Set<String> PANELS =
      Set.of("timeseries", "stat", "bargauge", "state-timeline");

  /** Grafana's names of units; another one is shown as a suffix of the number. */
  private static final Set<String> UNITS =
      Set.of("s", "percentunit", "reqps", "short", "bytes", "none");

  static Stream<Dashboard> dashboards() throws IOException {
    return Dashboard.all().stream();
  }

  @Test
  void thereAreSixWithNamesOfTheirOwn() throws IOException {
    List<Dashboard> all = Dashboard.all();
    assertThat(all).hasSize(6);
    assertThat(all.stream().map(d -> d.json().path("uid").asText())).doesNotHaveDuplicates();
    assertThat(all.stream().map(d -> d.json().path("title").asText()))
        .doesNotHaveDuplicates()
        .allMatch(title -> title.startsWith("Headwater: "));
  }

  @ParameterizedTest
  @MethodSource("dashboards")
  void canBeImportedAnywhere(Dashboard dashboard) {
    JsonNode json = dashboard.json();
    assertThat(json.path("uid").asText()).matches("headwater-[a-z]+");
    assertThat(json.path("schemaVersion").asInt()).isGreaterThanOrEqualTo(39);
    assertThat(json.has("id")).as("an id belongs to one installation").isFalse();
    JsonNode first = json.at("/templating/list/0");
    assertThat(first.path("name").asText()).isEqualTo("datasource");
    assertThat(first.path("type").asText()).isEqualTo("datasource");
    assertThat(first.path("query").asText()).isEqualTo("prometheus");
    assertThat(json.findValues("datasource"))
        .isNotEmpty()
        .allMatch(source -> "${datasource}".equals(source.path("uid").asText()));
  }

  @ParameterizedTest
  @MethodSource("dashboards")
  void everyPanelAnswersAQuestionInAUnit(Dashboard dashboard) {
    assertThat(dashboard.panels()).hasSizeBetween(5, 9);
    for (JsonNode panel : dashboard.panels()) {
      String title = panel.path("title").asText();
      assertThat(PANELS).as(title).contains(panel.path("type").asText());
      assertThat(title).isNotBlank();
      assertThat(panel.path("description").asText()).as(title).isNotBlank();
      assertThat(UNITS).as(title).contains(panel.at("/fieldConfig/defaults/unit").asText());
      checkTargets(panel, title);
      checkSteps(panel.at("/fieldConfig/defaults/thresholds"), title);
    }
  }

  private static void checkTargets(JsonNode panel, String title) {
    Set<String> references = new HashSet<>();
    assertThat(panel.path("targets")).as(title).isNotEmpty();
    for (JsonNode target : panel.path("targets")) {
      assertThat(references.add(target.path("refId").asText())).as(title).isTrue();
      assertThat(PromQl.metrics(target.path("expr").asText())).as(title).isNotEmpty();
      assertThat(target.path("legendFormat").asText()).as(title).isNotBlank();
    }
  }

  /** The first step has no value, the others grow: otherwise Grafana paints the wrong colour. */
  private static void checkSteps(JsonNode thresholds, String title) {
    assertThat(thresholds.path("mode").asText()).as(title).isEqualTo("absolute");
    double before = Double.NEGATIVE_INFINITY;
    for (JsonNode step : thresholds.path("steps")) {
      JsonNode value = step.path("value");
      if (before == Double.NEGATIVE_INFINITY) {
        assertThat(value.isNull()).as(title).isTrue();
        before = -Double.MAX_VALUE;
        continue;
      }
      assertThat(value.isNumber()).as(title).isTrue();
      assertThat(value.asDouble()).as(title).isGreaterThan(before);
      before = value.asDouble();
    }
    assertThat(before).as(title + " has a step").isNotEqualTo(Double.NEGATIVE_INFINITY);
  }

  @ParameterizedTest
  @MethodSource("dashboards")
  void panelsHaveIdsOfTheirOwnAndDoNotOverlap(Dashboard dashboard) {
    List<JsonNode> panels = dashboard.panels();
    assertThat(panels.stream().map(p -> p.path("id").asInt())).doesNotHaveDuplicates();
    List<String> overlaps = new ArrayList<>();
    for (int i = 0; i < panels.size(); i++) {
      JsonNode a = panels.get(i);
      JsonNode place = a.path("gridPos");
      assertThat(place.path("x").asInt() + place.path("w").asInt()).isLessThanOrEqualTo(GRID_WIDTH);
      for (JsonNode b : panels.subList(i + 1, panels.size())) {
        if (overlap(place, b.path("gridPos"))) {
          overlaps.add(a.path("title").asText() + " / " + b.path("title").asText());
        }
      }
    }
    assertThat(overlaps).isEmpty();
  }

  private static boolean overlap(JsonNode a, JsonNode b) {
    return overlap(a, b, "x", "w") && overlap(a, b, "y", "h");
  }

  private static boolean overlap(JsonNode a, JsonNode b, String from, String size) {
    int aFrom = a.path(from).asInt();
    int bFrom = b.path(from).asInt();
    return aFrom < bFrom + b.path(size).asInt() && bFrom < aFrom + a.path(size).asInt();
  }
}
