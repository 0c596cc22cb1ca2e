package dev.headwater.jobs.finetune;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

/**
 * Every fault, repeated; runs in the Maven profile {@code chaos} only. System properties: {@code
 * chaos.fault} (a name, all by default), {@code chaos.times} (2), {@code chaos.json} (a file).
 */
class ChaosSuite {
  @Test
  void nothingIsLostAndNothingIsLearnedTwiceWhateverHappens() throws Exception {
    String only = System.getProperty("chaos.fault", "");
    List<Chaos.Fault> faults =
        Stream.of(Chaos.Fault.values())
            .filter(fault -> only.isEmpty() || fault.code().equals(only))
            .toList();
    assertThat(faults).as("a fault named %s", only).isNotEmpty();
    Map<Chaos.Fault, Chaos.Outcome> outcomes;
    try (Chaos chaos = new Chaos(Files.createTempDirectory("chaos"))) {
      outcomes = chaos.run(faults, Integer.getInteger("chaos.times", 2));
    }
    String json = Chaos.json(outcomes);
    String file = System.getProperty("chaos.json", "");
    if (!file.isEmpty()) {
      Files.write(Path.of(file), json.getBytes(StandardCharsets.UTF_8));
    }
    assertThat(outcomes.values())
        .as(json)
        .allSatisfy(outcome -> assertThat(outcome.violations() + outcome.lost()).isZero());
  }
}
