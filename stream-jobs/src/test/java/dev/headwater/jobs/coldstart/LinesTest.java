package dev.headwater.jobs.coldstart;

import static org.assertj.core.api.Assertions.assertThatCode;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.headwater.jobs.DomainModel;
import dev.headwater.jobs.models.ModelWatch;
import java.time.Duration;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.Test;

class LinesTest {
  private static final DomainModel TOYS = new DomainModel("toys", "/nowhere", "b1");

  private volatile boolean ended;

  /** As one whose thread has ended: it answers what it knew then, for ever. */
  private final class Watch implements ModelWatch {
    @Override
    public String model(String domain, String otherwise) {
      return otherwise;
    }

    @Override
    public void requireHealthy() {
      if (ended) {
        throw new IllegalStateException("ended");
      }
    }
  }

  @Test
  void aWatchThatEndedFailsTheJobAtItsNextItemOrCheckpoint() throws Exception {
    MatchingModel matching = WordEncoder.matching();
    try (Lines lines =
        Lines.open(
            "lines-test",
            new StillSurroundings(),
            ColdStartConfig.of(TOYS),
            model -> matching,
            model -> new WordEncoder("words"),
            new Watch(),
            new WrittenRows(10))) {
      lines.start();
      assertThatCode(lines::requireHealthy).doesNotThrowAnyException();
      ended = true;
      Awaitility.await()
          .atMost(Duration.ofSeconds(20))
          .untilAsserted(
              () ->
                  assertThatThrownBy(lines::requireHealthy)
                      .isInstanceOf(IllegalStateException.class)
                      .hasRootCauseMessage("ended"));
    }
  }
}
