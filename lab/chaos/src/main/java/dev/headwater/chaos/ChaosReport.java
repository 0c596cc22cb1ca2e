package dev.headwater.chaos;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.json.JsonMapper;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.headwater.platform.report.JsonReport;
import dev.headwater.platform.report.VerbException;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;

/** What came of each fault; grows while a run goes on. For one thread. */
public final class ChaosReport {
  private static final String FAULTS = "faults";
  private static final String EARLIER = "earlier";

  /** What is kept of a try that is not the last one. */
  private static final List<String> KEPT =
      List.of("commit", "tried_at", "runs", "violations", "lost", "recovered_s", "problems");

  private final ObjectNode json;

  /** Begins an empty one, or takes one up. */
  ChaosReport(ObjectNode json) {
    this.json = json;
    if (!json.path(FAULTS).isObject()) {
      json.putObject(FAULTS);
    }
  }

  /** Reads one that {@code --json} wrote. */
  public static ChaosReport read(Path file) throws IOException {
    if (JsonMapper.builder().build().readTree(file.toFile()) instanceof ObjectNode object) {
      return new ChaosReport(object);
    }
    throw new VerbException(file + " is no report of chaos");
  }

  /** Returns the object of {@code --json}. */
  public ObjectNode json() {
    return json;
  }

  private JsonNode faults() {
    return json.path(FAULTS);
  }

  /**
   * Writes down a fault's outcome, in the place that it has among all faults. What an earlier run
   * said of it stays beside it: whoever tries a fault until it holds leaves a trace.
   *
   * @param again whether it is the same run's outcome, with more tries in it
   */
  void put(String name, ObjectNode outcome, List<String> order, boolean again) {
    keepEarlier(faults().path(name), outcome, again);
    ObjectNode sorted = JsonReport.object();
    for (String each : order) {
      JsonNode of = each.equals(name) ? outcome : faults().get(each);
      if (of != null) {
        sorted.set(each, of);
      }
    }
    json.set(FAULTS, sorted);
  }

  private static void keepEarlier(JsonNode was, ObjectNode outcome, boolean again) {
    if (!was.isObject()) {
      return;
    }
    ArrayNode earlier = JsonReport.object().putArray(EARLIER);
    was.path(EARLIER).forEach(earlier::add);
    if (!again) {
      ObjectNode kept = earlier.addObject();
      KEPT.stream().filter(was::has).forEach(key -> kept.set(key, was.get(key)));
    }
    if (!earlier.isEmpty()) {
      outcome.set(EARLIER, earlier);
    }
  }

  /** Tells whether every rule held after every fault that was tried. */
  public boolean clean() {
    return faults().properties().stream().allMatch(each -> isClean(each.getKey()));
  }

  /** Tells whether a fault was tried and every rule held. */
  boolean isClean(String name) {
    JsonNode fault = faults().path(name);
    return fault.path("violations").asInt(1) == 0
        && fault.path("lost").asInt(1) == 0
        && fault.path("recovered_s").asDouble(-1) >= 0;
  }

  /** Writes the report as a page with one table. */
  public void writeMarkdown(Path file) throws IOException {
    Path parent = file.toAbsolutePath().getParent();
    if (parent != null) {
      Files.createDirectories(parent);
    }
    Files.write(file, markdown().getBytes(StandardCharsets.UTF_8));
  }

  private String markdown() {
    JsonNode machine = json.path("machine");
    StringBuilder page =
        new StringBuilder(
            """
            # What came of each fault

            Written by `deploy/headwater chaos --report FILE`; what is checked, and what each column means, stands in [chaos.md](chaos.md).
            %d faults: %d violations, %d lost; %d clicks, %d answers. %d cores.

            | fault | what is broken | tried | violations | lost | well again after (s) | stale at most (s) | ended by themselves | took (s) | load | clicks/s | new items/s | machine (GFLOPS) | commit | at (UTC) |
            |---|---|---|---|---|---|---|---|---|---|---|---|---|---|---|
            """
                .formatted(
                    faults().size(),
                    sum("violations"),
                    sum("lost"),
                    sum("clicks"),
                    sum("answers"),
                    machine.path("cores").asInt()));
    faults().properties().forEach(each -> row(page, each.getKey(), each.getValue()));
    List<String> problems = said("problems");
    List<String> notes = said("notes");
    if (!notes.isEmpty()) {
      page.append("\n## Figures of single faults\n\n").append(String.join("\n", notes));
      page.append('\n');
    }
    if (!problems.isEmpty()) {
      page.append("\n## Rules that did not hold\n\n").append(String.join("\n", problems));
      page.append('\n');
    }
    List<String> earlier = earlier();
    if (!earlier.isEmpty()) {
      page.append("\n## Earlier tries\n\n").append(String.join("\n", earlier));
      page.append('\n');
    }
    return page.toString();
  }

  private List<String> earlier() {
    List<String> lines = new ArrayList<>();
    for (Map.Entry<String, JsonNode> each : faults().properties()) {
      for (JsonNode was : each.getValue().path(EARLIER)) {
        List<String> problems = was.path("problems").valueStream().map(JsonNode::asText).toList();
        lines.add(
            "- `%s` at %s, %s: %d violations, %d lost%s%s"
                .formatted(
                    each.getKey(),
                    was.path("commit").asText(),
                    was.path("tried_at").asText(),
                    was.path("violations").asInt(),
                    was.path("lost").asInt(),
                    was.path("recovered_s").asDouble() < 0 ? ", never well again" : "",
                    problems.isEmpty() ? "" : ": " + String.join("; ", problems)));
      }
    }
    return lines;
  }

  /** Returns how often a fault was tried, by all runs whose outcome is known. */
  private static int tried(JsonNode fault) {
    int tried = fault.path("runs").asInt();
    for (JsonNode was : fault.path(EARLIER)) {
      tried += was.path("runs").asInt();
    }
    return tried;
  }

  private List<String> said(String key) {
    return faults().properties().stream()
        .flatMap(
            each ->
                each.getValue()
                    .path(key)
                    .valueStream()
                    .map(line -> "- `" + each.getKey() + "`: " + line.asText()))
        .toList();
  }

  private long sum(String key) {
    return faults().properties().stream()
        .mapToLong(each -> each.getValue().path(key).asLong())
        .sum();
  }

  private static void row(StringBuilder page, String name, JsonNode fault) {
    page.append("| `%s` | %s |".formatted(name, fault.path("meaning").asText()));
    for (String key :
        new String[] {
          "runs",
          "violations",
          "lost",
          "recovered_s",
          "stale_max_s",
          "ended_by_themselves",
          "took_s",
          "load1",
          "clicks_per_s",
          "items_per_s",
          "matmul_gflops",
          "commit",
          "tried_at"
        }) {
      boolean never = key.equals("recovered_s") && fault.path(key).asDouble() < 0;
      String said = key.equals("runs") ? Integer.toString(tried(fault)) : fault.path(key).asText();
      page.append(' ').append(never ? "never" : said).append(" |");
    }
    page.append('\n');
  }
}
