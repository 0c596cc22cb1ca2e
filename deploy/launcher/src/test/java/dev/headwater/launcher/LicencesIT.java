package dev.headwater.launcher;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.json.JsonMapper;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/**
 * The list of components that the build writes: it is there, it is whole, and all may be shipped.
 */
class LicencesIT {
  /**
   * What may be shipped with a program under Apache-2.0; SPDX ids, and names as poms write them.
   */
  private static final Set<String> ALLOWED =
      Set.of(
          "Apache-2.0",
          "MIT",
          "MIT-0",
          "BSD-2-Clause",
          "BSD-3-Clause",
          "CC0-1.0",
          "EPL-1.0",
          "EPL-2.0",
          "EDL-1.0",
          "MPL-1.1",
          "MPL-2.0",
          "UPL-1.0",
          "Public-Domain",
          // Without an SPDX id: BSD-3-Clause of re2j, CC0 of LatencyUtils.
          "Go License",
          "The BSD License",
          "Public Domain, per Creative Commons CC0");

  private JsonNode bom;

  @BeforeEach
  void read() throws IOException {
    Path file = Path.of("target", "bom.json");
    assertThat(file).as("written by the phase before this").exists();
    bom = JsonMapper.builder().build().readTree(Files.readAllBytes(file));
  }

  /** JLine's poms say "The BSD License", which gets read as that of four clauses; it has three. */
  private static List<String> licences(JsonNode component) {
    if (component.path("group").asText().equals("org.jline")) {
      return List.of("BSD-3-Clause");
    }
    List<String> licences = new ArrayList<>();
    for (JsonNode each : component.path("licenses")) {
      JsonNode licence = each.path("license");
      licences.add(
          each.has("expression")
              ? each.path("expression").asText()
              : licence.path("id").asText(licence.path("name").asText()));
    }
    return licences;
  }

  @Test
  void everyComponentHasALicenceThatMayBeShipped() {
    Set<String> problems = new TreeSet<>();
    for (JsonNode component : bom.path("components")) {
      List<String> licences = licences(component);
      // Of several, the one that suits may be chosen.
      if (licences.stream().noneMatch(ALLOWED::contains)) {
        problems.add(component.path("purl").asText() + " " + licences);
      }
    }
    assertThat(problems).isEmpty();
  }

  @Test
  void theListNamesWhatRunsWithVersionAndHash() {
    List<String> names = bom.path("components").findValuesAsText("name");
    assertThat(names)
        .contains("kafka-clients", "flink-runtime", "armeria", "rocksdbjni", "nimbus-jose-jwt")
        .doesNotContain("assertj-core", "junit-jupiter", "archunit");
    for (JsonNode component : bom.path("components")) {
      assertThat(component.path("version").asText()).as(component.toString()).isNotEmpty();
      boolean ours = component.path("group").asText().equals("dev.headwater");
      assertThat(ours || !component.path("hashes").isEmpty()).as(component.toString()).isTrue();
    }
  }
}
