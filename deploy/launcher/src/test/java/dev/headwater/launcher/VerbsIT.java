package dev.headwater.launcher;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.ObjectMapper;
import dev.headwater.broker.EmbeddedBroker;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.PrintStream;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.FileTime;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;
import picocli.CommandLine;

class VerbsIT {
  /** Nothing listens there. */
  private static final String NO_BROKER = "127.0.0.1:1";

  @TempDir Path folder;

  private final StringWriter errors = new StringWriter();

  @ParameterizedTest
  @ValueSource(
      strings = {
        "ingest",
        "serve",
        "store",
        "job cold-start",
        "topics check",
        "topics create",
        "lag --broker"
      })
  @Timeout(20)
  void aMissingBrokerIsAClearErrorAndNotAHang(String verb) {
    assertThat(run((verb + " --bootstrap " + NO_BROKER).split(" "))).isEqualTo(1);
    assertThat(errors.toString())
        .contains("no Kafka broker answers at " + NO_BROKER)
        .doesNotContain("\tat ");
  }

  /** An empty directory is no more than none. */
  @Test
  void aDirectoryWithoutABundleIsAProblem() throws IOException {
    Path bundles = Files.createDirectories(folder.resolve("bundles"));
    Files.createDirectories(bundles.resolve(".publish-1"));
    Path config = folder.resolve("own.conf");
    Files.writeString(config, "bundle-directory = \"" + bundles + "\"\n");
    try (EmbeddedBroker broker = EmbeddedBroker.start()) {
      String where = " --config " + config + " --bootstrap " + broker.bootstrap();
      assertThat(run(("topics create" + where).split(" "))).as(errors.toString()).isZero();
      assertThat(run(("doctor" + where).split(" "))).isEqualTo(1);
      Files.createDirectories(bundles.resolve("a"));
      Files.writeString(bundles.resolve("a/manifest.json"), "{}");
      assertThat(run(("doctor" + where).split(" "))).as(errors.toString()).isZero();
    }
  }

  @Test
  @Timeout(20)
  void tuningByTopicsWithoutABrokerSaysSoWithACode() {
    String verb = "fine-tune --from-kafka --dry-run --domain demo --bootstrap " + NO_BROKER;
    assertThat(run(verb.split(" "))).isEqualTo(1);
    assertThat(errors.toString())
        .contains("no Kafka broker answers at " + NO_BROKER)
        .contains("(kafka_unavailable)")
        .doesNotContain("stack trace");
  }

  @ParameterizedTest
  @CsvSource({
    "fine-tune, takes --data with --target or --from-kafka",
    "fine-tune --data x, --data needs --target",
    "fine-tune --data x --target t, --data needs --bundle",
    "fine-tune --data x --target t --bundle b, --data needs --out",
    "fine-tune --data x --target t --bundle b --out o --dry-run, go with --from-kafka",
    "fine-tune --data x --target t --bundle b --out o --mode fly, no mode is called fly",
    "fine-tune --data x --target t --bundle b --out o --mode zero-shot, makes no bundle",
    "fine-tune --from-kafka, --from-kafka needs --domain",
    "fine-tune --from-kafka --domain d --data x, goes without --data",
    "fine-tune --from-kafka --domain d --newest-days 0, must be at least 1",
    "fine-tune --from-kafka --domain d --set colour=red, no setting is called colour"
  })
  void tuningSaysWhatIsWrongUseAndTriesNothing(String verb, String message) {
    assertThat(run(verb.split(" "))).isEqualTo(2);
    assertThat(errors.toString()).contains(message).doesNotContain("\tat ");
  }

  /** A job that runs by itself tells by the status whether to look into it. */
  @Test
  void aBundleThatAnswersNoBetterHasAnExitStatusOfItsOwn() throws IOException {
    TinyDomain.write(folder.resolve("small"));
    Path bundle = folder.resolve("bundle");
    String pretrain =
        "pretrain --data %s --sources small --out %s --epochs 1 --text-cache %s"
            .formatted(folder, bundle, folder.resolve("texts"));
    assertThat(run(pretrain.split(" "))).as(errors.toString()).isEqualTo(0);
    Path out = folder.resolve("tuned");
    String verb =
        "fine-tune --data %s --target small --bundle %s --out %s --text-cache %s"
            .formatted(folder, bundle, out, folder.resolve("texts"));
    String idle = " --mode embeddings-only --set table-rate=1e-12";
    assertThat(run((verb + idle).split(" "))).as(errors.toString()).isEqualTo(3);
    assertThat(out).doesNotExist();
  }

  @Test
  void everyVerbHasHelp() {
    for (CommandLine verb : Main.commandLine().getSubcommands().values()) {
      assertThat(verb.getCommandSpec().usageMessage().description())
          .as(verb.getCommandName())
          .isNotEmpty();
      assertThat(verb.getUsageMessage()).contains("Usage: headwater " + verb.getCommandName());
    }
  }

  @Test
  void anUnknownVerbOrFlagIsWrongUse() {
    assertThat(run("fly")).isEqualTo(2);
    assertThat(run("demo", "--speed", "9")).isEqualTo(2);
    assertThat(errors.toString()).contains("Unmatched").contains("--speed");
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "bench serve --items 0",
        "bench serve --rps -1",
        "bench serve --seconds 0",
        "bench ingest --events 0",
        "bench cold-start --rate 0",
        "bench cold-start --rate NaN",
        "bench train --steps 0 --items 10",
        "bench store --rows 0",
        "evaluate --data x --target t --mode cold-items --splits 0",
        "pretrain --data x --sources a --out b --epochs 0",
        "tune-text --data x --bundle b --out c --near 0",
        "demo --seconds 0",
        "demo --rate 0.5",
        "chaos --times 0"
      })
  @Timeout(20)
  void aCountOfNoneIsWrongUseAndNotAHang(String verb) {
    assertThat(run(verb.split(" "))).isEqualTo(2);
    assertThat(errors.toString()).contains("must be at least 1").doesNotContain("\tat ");
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "bench fine-tune --quality-events -1",
        "bench fine-tune --soak-minutes NaN",
        "bench fine-tune --soak-minutes -0.5",
        "load --rate -1",
        "load --rate Infinity"
      })
  void aRateMayBeNoneButNotLess(String verb) {
    assertThat(run(verb.split(" "))).isEqualTo(2);
    assertThat(errors.toString()).contains("must be at least 0").doesNotContain("\tat ");
  }

  @Test
  void loadNeedsUsersAndAStartDoesNot() {
    assertThat(run("bench", "serve", "--users", "0")).isEqualTo(2);
    assertThat(errors.toString()).contains("--users must be at least 1");
    assertThat(run("bench", "serve", "--mode", "start", "--users", "-1")).isEqualTo(2);
    assertThat(errors.toString()).contains("--users must be at least 0");
  }

  @Test
  void publishingWhatIsNoBundleSaysSo() {
    assertThat(run("publish", folder.toString(), "--domain", "demo")).isEqualTo(1);
    assertThat(errors.toString()).contains("cannot be used").contains("MISSING");
  }

  @Test
  void restoringWhatIsNoSnapshotSaysSo() {
    assertThat(run("restore", folder.toString())).isEqualTo(1);
    assertThat(errors.toString()).contains("not restored (truncated)").doesNotContain("\tat ");
  }

  @Test
  void aStoreThatDoesNotAnswerIsAClearError() {
    assertThat(run("snapshot", folder.toString(), "--store", "http://127.0.0.1:1")).isEqualTo(1);
    assertThat(errors.toString()).contains("no store answers").doesNotContain("\tat ");
  }

  @Test
  void anUnknownDomainOfDataNamesThoseThatAreThere() {
    assertThat(run("load", "--data", folder.toString(), "--target", "toys")).isEqualTo(1);
    assertThat(errors.toString()).contains("no domain 'toys'");
  }

  @Test
  void fractionsOfTheTimeLineAreChecked() {
    assertThat(run("load", "--data", "x", "--target", "t", "--from", "0.9", "--to", "0.1"))
        .isEqualTo(2);
    assertThat(errors.toString()).contains("0 <= from <= to <= 1");
  }

  @Test
  void aKeyIsShownOnceAndOnlyItsHashIsWritten() throws IOException {
    Path file = folder.resolve("keys");
    String[] words =
        "keys create shop-web --role read --domains shop,toys --requests 9".split(" ", -1);
    List<String> args = new ArrayList<>(List.of(words));
    args.addAll(List.of("--file", file.toString()));
    assertThat(run(args.toArray(String[]::new))).isEqualTo(0);
    assertThat(Files.readString(file))
        .matches("shop-web read shop,toys sha256:[0-9a-f]{64} requests=9 events=0 items=0\n")
        .doesNotContain("hw_");
    assertThat(run("keys", "create", "a b", "--role", "read")).isEqualTo(2);
    assertThat(run("keys", "create", "ann")).as("a key needs a role").isEqualTo(2);
  }

  /** A file that cannot be read whole is not taken, and keys that were taken away still work. */
  @Test
  void aKeyFileStaysOneThatCanBeRead() throws IOException {
    Path file = folder.resolve("keys");
    String[] create = {"keys", "create", "ann", "--role", "read", "--file", file.toString()};
    assertThat(run(create)).isEqualTo(0);
    Files.writeString(file, Files.readString(file).strip()); // as an editor may leave it
    create[2] = "bob";
    assertThat(run(create)).isEqualTo(0);
    assertThat(Files.readAllLines(file))
        .extracting(line -> line.substring(0, line.indexOf(' ')))
        .containsExactly("ann", "bob");
    String before = Files.readString(file);
    assertThat(run(create)).as("a second one of that name").isEqualTo(2);
    assertThat(Files.readString(file)).isEqualTo(before);
  }

  @Test
  void aKeyIsNotTakenFromTheCommandLine() {
    assertThat(run("versions", "--key", "hw_canary")).isEqualTo(2);
  }

  @Test
  void evaluatingTellsHowFarTrainingIsBesideItsResult() throws IOException {
    TinyDomain.write(folder.resolve("small"));
    Path json = folder.resolve("cell.json");
    PrintStream before = System.err;
    ByteArrayOutputStream told = new ByteArrayOutputStream();
    System.setErr(new PrintStream(told, true, UTF_8));
    try {
      String words = evaluateSmall() + "--set max-epochs=3 --json " + json;
      assertThat(run(words.split(" "))).isEqualTo(0);
    } finally {
      System.setErr(before);
    }
    assertThat(told.toString(UTF_8)).contains(" for small: ").contains("epoch 1 loss");
    assertThat(new ObjectMapper().readTree(json.toFile()).path("hr10").isNumber()).isTrue();
  }

  @ParameterizedTest
  @CsvSource({
    "--mode scratch --encoder lstm, no encoder is called lstm",
    "--paper, --paper needs --report",
    "--mode scratch --only-report, --only-report goes with --paper",
    "--mode zero-shot --set weighting=cubic --bundle x, cannot be used",
    "--mode scratch --set weighting=cubic, weighting must be linear or softmax",
    "--mode scratch --set dropout=1.5, dropout and average must be",
    "--mode scratch --set patience=x, is no number that patience can have",
    "--mode scratch --set learn-scale=yes, neither true nor false",
    "--mode scratch --set swap-probability=2, swap-probability must be",
    "--mode scratch --set colour=red, no setting is called colour",
    "--mode fly, no mode is called fly",
    "--mode fine-tune, needs --bundle"
  })
  void evaluateSaysWhatItCannotDo(String words, String message) throws IOException {
    TinyDomain.write(folder.resolve("small"));
    String verb = "evaluate --data %s --target small %s".formatted(folder, words);
    assertThat(run(verb.split(" "))).isEqualTo(message.equals("cannot be used") ? 1 : 2);
    assertThat(errors.toString()).contains(message).doesNotContain("stack trace");
  }

  @Test
  void pretrainingDoesNotWriteOverAFolderThatIsNoBundle() throws IOException {
    TinyDomain.write(folder.resolve("small"));
    String words = "pretrain --data %s --sources small --out %s".formatted(folder, folder);
    assertThat(run(words.split(" "))).isEqualTo(1);
    assertThat(errors.toString()).contains("is no bundle").doesNotContain("stack trace");
    assertThat(folder.resolve("small/items.tsv.gz")).exists();
  }

  @Test
  void thePresetOfThePaperIsWrittenIntoBundleAndCell() throws IOException {
    TinyDomain.write(folder.resolve("small"));
    Path bundle = folder.resolve("bundle");
    String pretrain =
        "pretrain --data %s --sources small --out %s --epochs 1 --preset paper --text-steps 1"
                .formatted(folder, bundle)
            + " --text-cache "
            + folder.resolve("texts");
    assertThat(run(pretrain.split(" "))).as(errors.toString()).isEqualTo(0);
    assertThat(bundle.resolve("manifest.json"))
        .content()
        .contains("loss=BCE", "\"swap\" : \"null\"", "1 steps", "\"bias\" : null");
    Path json = folder.resolve("cell.json");
    String words =
        "evaluate --data %s --target small --mode idp --set max-epochs=1 --bundle %s --json %s"
            .formatted(folder, bundle, json);
    assertThat(run((words + " --text-cache " + folder.resolve("texts")).split(" "))).isEqualTo(0);
    assertThat(json).content().contains("loss=BCE", "LINEAR", "restoreNorm=false", "centred=false");
  }

  @Test
  void theReportOfThePaperIsWrittenFromTheCellsThereAre() throws IOException {
    TinyDomain.write(folder.resolve("small"));
    Path bundle = folder.resolve("bundle");
    String pretrain =
        "pretrain --data %s --sources small --out %s --epochs 1 --text-cache %s"
            .formatted(folder, bundle, folder.resolve("texts"));
    assertThat(run(pretrain.split(" "))).isEqualTo(0);
    Path report = folder.resolve("paper.md");
    String words =
        "evaluate --paper --only-report --data %s --target small --bundle %s --report %s"
            .formatted(folder, bundle, report);
    assertThat(run(words.split(" "))).as(errors.toString()).isEqualTo(0);
    assertThat(report)
        .content()
        .contains("| small | 8 | 8 | 40 |", "## Main table", "\n0 of ")
        .contains("- small.idp.sasrec, seeds [1]: not run with these settings yet");
  }

  @Test
  void aReportTakesNoCellOfOtherSettings() throws IOException {
    TinyDomain.write(folder.resolve("small"));
    Path cells = folder.resolve("cells");
    Path cell = cells.resolve("small.scratch.sasrec.1.json");
    Path table = folder.resolve("table.md");
    String report = evaluateSmall() + "--report %s --cells %s --set ".formatted(table, cells);
    assertThat(run((report + "max-epochs=2").split(" "))).isEqualTo(0);
    FileTime first = Files.getLastModifiedTime(cell);
    assertThat(run((report + "max-epochs=2").split(" "))).isEqualTo(0);
    assertThat(Files.getLastModifiedTime(cell)).isEqualTo(first);
    assertThat(run((report + "max-epochs=3").split(" "))).isEqualTo(0);
    assertThat(cell).content().contains("maxEpochs=3");
    assertThat(table).content().contains("scratch");
  }

  /** Keeps its text vectors in the test's own folder. */
  private String evaluateSmall() {
    return "evaluate --data %s --target small --mode scratch --text-cache %s "
        .formatted(folder, folder.resolve("texts"));
  }

  private int run(String... args) {
    return Main.commandLine().setErr(new PrintWriter(errors, true)).execute(args);
  }
}
