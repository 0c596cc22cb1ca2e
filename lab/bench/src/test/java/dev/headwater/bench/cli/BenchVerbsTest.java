package dev.headwater.bench.cli;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.headwater.bench.stage.GeneratedTexts;
import dev.headwater.idp.data.Item;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import picocli.CommandLine;
import picocli.CommandLine.ParameterException;

class BenchVerbsTest {
  /** The launcher as it is when the lab lies beside it. */
  private static CommandLine launcher() throws ReflectiveOperationException {
    CommandLine launcher = new CommandLine(CommandLine.Model.CommandSpec.create());
    for (Class<?> verb : new BenchVerbs().verbs()) {
      launcher.addSubcommand(new CommandLine(verb.getDeclaredConstructor().newInstance()));
    }
    return launcher.setCaseInsensitiveEnumValuesAllowed(true);
  }

  private static void parse(String line) throws ReflectiveOperationException {
    launcher().parseArgs(line.split(" ", -1));
  }

  /** As the contract names them. */
  @ParameterizedTest
  @ValueSource(
      strings = {
        "bench train --data d --target toys",
        "bench train --items 1000",
        "bench train --data d --target toys --set loss=softmax --json f",
        "bench ingest --events 1000",
        "bench cold-start --items 5 --rate 2",
        "bench fine-tune --data d --target toys --soak-minutes 3",
        "bench fine-tune --data d --target toys --workers 1,2,4 --quality-events 0 --json f",
        "bench store --rows 10 --dim 4",
        "bench withdraw --runs 3 --rate 20",
        "bench false-alarms --data d --targets toys,games --window-events 20,50",
        "bench serve --items 5 --users 3 --rps 7 --update-rows-per-s 2 --seconds 1 --mode churn",
        "replay --data d --target toys --seed 4"
      })
  void verbsTakeTheFlagsOfTheContract(String line) throws Exception {
    parse(line);
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "bench ingest --events 0",
        "bench ingest --events many",
        "bench ingest --events -5",
        "bench store --rows 0",
        "bench fine-tune --data d --target toys --quality-rate 0",
        "bench fine-tune --data d --target toys --quality-events 0.5",
        "bench fine-tune --data d --target toys --workers 1,0",
        "bench serve --rps 0",
        "bench serve --seconds 0",
        "bench serve --items 1.5",
        "bench train --steps 0",
        "bench nothing",
        "bench serve --no-such-flag",
        "replay --target toys"
      })
  void whatMakesNoSenseIsRefusedBeforeAnythingStarts(String line) {
    assertThatThrownBy(() -> parse(line)).as(line).isInstanceOf(ParameterException.class);
  }

  @Test
  void everyVerbExplainsItself() throws Exception {
    List<CommandLine> all =
        launcher().getSubcommands().values().stream()
            .flatMap(
                verb ->
                    verb.getSubcommands().isEmpty()
                        ? java.util.stream.Stream.of(verb)
                        : verb.getSubcommands().values().stream())
            .toList();
    assertThat(all).hasSizeGreaterThan(7);
    for (CommandLine verb : all) {
      assertThat(verb.getCommandSpec().usageMessage().description())
          .as(verb.getCommandName())
          .isNotEmpty();
      verb.getCommandSpec()
          .options()
          .forEach(
              option ->
                  assertThat(option.description())
                      .as("%s %s", verb.getCommandName(), option.longestName())
                      .isNotEmpty());
    }
  }

  @Test
  void generatedTextsFillTheWindowAndDiffer() {
    List<Item> items = GeneratedTexts.items("x", 200, 5);
    Set<String> titles = new HashSet<>();
    for (Item item : items) {
      assertThat(item.title().split(" ", -1)).hasSize(GeneratedTexts.TOKENS);
      titles.add(item.title());
    }
    assertThat(titles).hasSize(200);
    assertThat(GeneratedTexts.items("x", 200, 5)).isEqualTo(items);
    assertThat(GeneratedTexts.items("x", 200, 6)).isNotEqualTo(items);
  }
}
