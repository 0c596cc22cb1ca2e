package dev.headwater.deploy.cluster;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;

/**
 * The report of a run.
 *
 * @param json the object of {@code --json}
 * @param clean whether every rule held after every fault
 */
public record ChaosReport(ObjectNode json, boolean clean) {

  /** Writes the report as a page with one table. */
  public void writeMarkdown(Path file) throws IOException {
    Files.write(file, markdown().getBytes(StandardCharsets.UTF_8));
  }

  private String markdown() {
    JsonNode machine = json.path("machine");
    StringBuilder page =
        new StringBuilder(
            """
            # What came of each fault

            Written by `deploy/headwater chaos --report FILE`; what is checked and how stands in [chaos.md](chaos.md).
            %d cores, load average %s before the start; %s clicks and %s new items a second; %d clicks in all.

            | fault | what is done | runs | violations | lost | recovered s | stale at most s | ended by themselves | load |
            |---|---|---|---|---|---|---|---|---|
            """
                .formatted(
                    machine.path("cores").asInt(),
                    machine.path("load1").asText(),
                    json.path("clicks_per_s").asText(),
                    json.path("items_per_s").asText(),
                    json.path("clicks").asLong()));
    json.path("faults").properties().forEach(each -> row(page, each.getKey(), each.getValue()));
    return page.toString();
  }

  private static void row(StringBuilder page, String name, JsonNode fault) {
    page.append("| `%s` | %s |".formatted(name, fault.path("meaning").asText()));
    for (String key :
        new String[] {
          "runs", "violations", "lost", "recovered_s", "stale_max_s", "ended_by_themselves", "load1"
        }) {
      page.append(' ').append(fault.path(key).asText()).append(" |");
    }
    page.append('\n');
    fault
        .path("problems")
        .forEach(
            problem -> page.append("| | ").append(problem.asText()).append(" | | | | | | | |\n"));
  }
}
