package dev.headwater.jobs.coldstart;

import static org.assertj.core.api.Assertions.assertThat;

import dev.headwater.events.Vectors;
import dev.headwater.events.wire.EmbeddingRow;
import dev.headwater.jobs.DomainModel;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.TreeSet;
import java.util.stream.Stream;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** How rows without a click are made again beside everything else. */
class EarlyPassesTest {
  private static final int EARLY = 200;
  private static final Duration EVERY = Duration.ofSeconds(30);

  private final StillSurroundings around = new StillSurroundings();
  private final ColdStartConfig.Settings settings =
      ColdStartConfig.Settings.of(Map.of("warm-rows", 1, "refresh-interval", "30 s"));
  private final List<DomainLine> lines = Stream.of("games", "toys").map(this::line).toList();
  private final EarlyRows early =
      new EarlyRows(around, ColdStartStats.of("early-passes-test"), new WrittenRows(1_000), true);
  private final EarlyPasses passes = new EarlyPasses(early, around, settings);

  private DomainLine line(String domain) {
    DomainModel model = new DomainModel(domain, "/nowhere", "b");
    return new DomainLine(
        "rows",
        around,
        model,
        new ColdStartConfig(List.of(model), settings),
        WordEncoder.matching(),
        new WordEncoder("words"),
        3);
  }

  @BeforeEach
  void rows() throws Exception {
    for (DomainLine line : lines) {
      for (int i = 0; i <= EARLY; i++) {
        around.take(record(around.topics().coldStartRows(), row(line, "i" + i).build(), i));
      }
      EmbeddingRow clicked =
          row(line, "i0")
              .setOrigin(EmbeddingRow.Origin.FINE_TUNED)
              .setInteractionsLearned(100)
              .build();
      around.take(record(around.topics().fineTunedRows(), clicked, 0));
    }
    around.nanosALook = Duration.ofMillis(10).toNanos();
  }

  @AfterEach
  void close() {
    early.close();
    lines.forEach(DomainLine::close);
  }

  private static EmbeddingRow.Builder row(DomainLine line, String item) {
    return EmbeddingRow.newBuilder()
        .setDomain(line.model().domain())
        .setModel("b")
        .setItem(item)
        .setIncarnation(1)
        .setRevision(1)
        .setTextVector(Vectors.int8(WordEncoder.encode("words", "red kite " + item)))
        .setVector(Vectors.fp32(new float[] {1, 2}));
  }

  private static ConsumerRecord<byte[], byte[]> record(String topic, EmbeddingRow row, long at) {
    byte[] key = (row.getDomain() + "/b/" + row.getItem()).getBytes(StandardCharsets.UTF_8);
    return new ConsumerRecord<>(topic, 0, at, key, row.toByteArray());
  }

  private List<String> sent() {
    return around.producer.history().stream()
        .map(each -> new String(each.key(), StandardCharsets.UTF_8))
        .toList();
  }

  @Test
  void aStepMakesSomeAndTheNextGoOnUntilEachRowWasMadeOnce() {
    passes.step(lines, line -> true);
    assertThat(sent()).as("not yet").isEmpty();
    around.pass(EVERY);
    int steps = 0;
    for (int before = -1; before < sent().size(); steps++) {
      before = sent().size();
      passes.step(lines, line -> true);
      assertThat(sent().size() - before).as("a slice").isLessThanOrEqualTo(EARLY);
    }
    assertThat(steps).isGreaterThan(2);
    assertThat(sent()).hasSize(2 * EARLY).doesNotHaveDuplicates();
    assertThat(new TreeSet<>(sent())).contains("games/b/i1", "toys/b/i200");
    assertThat(sent()).as("it has its click").doesNotContain("toys/b/i0");
    around.pass(EVERY);
    passes.step(lines, line -> true);
    assertThat(sent()).as("no more items are trained").hasSize(2 * EARLY);
  }

  @Test
  void aLineThatIsExchangedMeanwhileIsLeftAlone() {
    around.pass(EVERY);
    passes.step(lines, line -> true);
    int before = sent().size();
    assertThat(before).isPositive();
    for (int i = 0; i < 10; i++) {
      passes.step(lines, line -> line != lines.get(0));
    }
    assertThat(sent().stream().filter(key -> key.startsWith("games/"))).hasSize(before);
    assertThat(sent().stream().filter(key -> key.startsWith("toys/"))).hasSize(EARLY);
  }

  @Test
  void whatCouldNotBeSentIsMadeAgainInTheNextPass() {
    around.pass(EVERY);
    around.producer.flushException = new org.apache.kafka.common.errors.TimeoutException("away");
    passes.step(lines, line -> true);
    int before = sent().size();
    around.producer.flushException = null;
    passes.step(lines, line -> true);
    assertThat(sent()).as("it waits").hasSize(before);
    around.pass(EVERY);
    for (int i = 0; i < 10; i++) {
      passes.step(lines, line -> true);
    }
    assertThat(new TreeSet<>(sent())).hasSize(2 * EARLY);
  }
}
