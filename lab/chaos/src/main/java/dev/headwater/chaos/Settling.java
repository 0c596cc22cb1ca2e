package dev.headwater.chaos;

import com.fasterxml.jackson.databind.JsonNode;
import dev.headwater.client.answers.DomainVersions;
import dev.headwater.platform.report.Await;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Waits, with the load at rest, until all that was published has arrived everywhere. */
final class Settling {
  private static final Logger LOG = LoggerFactory.getLogger(Settling.class);
  private static final Duration ARRIVE = Duration.ofMinutes(2);
  private static final Duration AGREE = Duration.ofSeconds(60);
  private static final Duration SECOND_LOOK = Duration.ofMillis(1_500);
  private static final int HISTORIES = 5;
  private static final double SCORE_TOLERANCE = 1e-4;

  private final Stage stage;
  private final Known before;
  private String differing = "";

  Settling(Stage stage, Known before) {
    this.stage = stage;
    this.before = before;
  }

  /** Returns whether everything arrived in time; what did not is added to the problems. */
  boolean await(List<String> problems) throws Exception {
    boolean settled = each(problems, "clicks in histories", ARRIVE, this::isAppended);
    settled &= each(problems, "items with a row", ARRIVE, this::hasRows);
    settled &= each(problems, "clicks learned", ARRIVE, this::isLearned);
    settled &= each(problems, "fresh answers of both nodes", ARRIVE, this::isServed);
    settled &= each(problems, "the rows' last record being the highest", AGREE, this::isHighest);
    settled &= each(problems, "one announced version everywhere", AGREE, this::isAnnounced);
    settled &= each(problems, "equal answers of both nodes", AGREE, this::isEqual);
    if (!differing.isEmpty()) {
      stage.note(differing);
    }
    // What comes twice comes a little later.
    Await.pass(SECOND_LOOK);
    long twice = Math.min(0, before.unlearned()) - Known.of(stage).unlearned();
    long again = Math.min(Math.max(0, twice), stage.takeMayLearnAgain());
    if (again > 0) {
      stage.ledger().learnedAgain(again);
      stage.note(again + " clicks that were taken back were learned again");
      twice -= again;
    }
    if (twice > 0) {
      problems.add(twice + " clicks were learned that are not there, or more than once");
    }
    verify(problems);
    stage.takeSpecials().forEach(Specials::lookAgain);
    return settled;
  }

  private boolean each(
      List<String> problems, String what, Duration atMost, Await.Condition condition)
      throws InterruptedException {
    if (Await.within(Patience.of(atMost), condition)) {
      return true;
    }
    problems.add(
        "not within " + Patience.of(atMost).toSeconds() + " s: " + what + " (" + counts() + ")");
    LOG.warn("{}", problems);
    return false;
  }

  private String counts() {
    Ledger ledger = stage.ledger();
    return "%d clicks taken, %d missing; %d examples, %d learned, %d given up; %d of %d items; stale %d ms"
        .formatted(
            stage.load().taken().size(),
            ledger.missing(stage.load().taken()).size(),
            ledger.examples(),
            ledger.learned(),
            ledger.dropped(),
            ledger.items(),
            stage.load().items().size(),
            stage.freshness().staleMs());
  }

  private boolean isAppended() {
    return Known.of(stage).missing() <= before.missing();
  }

  private boolean hasRows() {
    return stage.ledger().items() >= stage.load().items().size();
  }

  private boolean isLearned() {
    return Known.of(stage).unlearned() <= before.unlearned();
  }

  private boolean isServed() {
    return stage.answers().stream().allMatch(each -> each.staleMs() == 0);
  }

  private boolean isHighest() {
    return stage.ledger().notTheHighest() == 0;
  }

  /**
   * Both nodes and the store name the same newest version, checksum and number of rows; nodes
   * answer from that version, and from so many rows.
   */
  private boolean isAnnounced() throws Exception {
    JsonNode store = stage.announced();
    Set<String> sums = new HashSet<>();
    sums.add(store.path("announced").asText() + " " + store.path("checksum").asText());
    for (Answers each : stage.answers()) {
      DomainVersions.Announced announced = each.versions().announced();
      sums.add(announced == null ? "" : announced.announcedVersion() + " " + announced.checksum());
    }
    for (Answers each : stage.answers()) {
      if (!serves(each.versions().serving(), store)) {
        return false;
      }
    }
    return sums.size() == 1 && store.path("rows").asLong() == stage.ledger().items();
  }

  /** Tells whether a node answers from what the store announced, not only knows of it. */
  static boolean serves(DomainVersions.@Nullable Serving serving, JsonNode announced) {
    return serving != null
        && serving.model().equals(announced.path("model").asText())
        && serving.table() == announced.path("announced").asLong()
        && serving.items() == announced.path("rows").asLong();
  }

  private boolean isEqual() {
    differing = "";
    List<String> items = stage.load().items().stream().sorted().toList();
    for (int i = 0; i < HISTORIES && differing.isEmpty(); i++) {
      List<String> history = items.subList(i * 7, i * 7 + 3 + i);
      String how =
          difference(
              stage.answers().get(0).scores(history), stage.answers().get(1).scores(history));
      differing = how.isEmpty() ? "" : "after " + history + ": " + how;
    }
    return differing.isEmpty();
  }

  /**
   * Says how two answers differ, empty where they do not. Histories are encoded in batches of
   * whatever waits, so that the last bits of a score may differ; and so may then which of two equal
   * items stands last. What is no number is never equal.
   */
  static String difference(Map<String, Float> one, Map<String, Float> two) {
    if (one.isEmpty() || one.size() != two.size()) {
      return one.size() + " and " + two.size() + " items";
    }
    List<String> missing = new ArrayList<>();
    for (Map.Entry<String, Float> each : one.entrySet()) {
      Float other = two.get(each.getKey());
      if (other == null) {
        missing.add(each.getKey() + " at " + each.getValue());
      } else if (!(Math.abs(other - each.getValue()) <= SCORE_TOLERANCE * (1 + Math.abs(other)))) {
        return each.getKey() + " at " + each.getValue() + " and " + other;
      }
    }
    return missing.size() <= 2 ? "" : missing.size() + " items of one alone: " + missing;
  }

  /** The store works the announced checksum out again from its rows. */
  private void verify(List<String> problems) throws InterruptedException {
    JsonNode store = stage.announced();
    JsonNode verified = stage.cluster().store().verify(store.path("announced").asLong());
    if (!verified.path("ok").asBoolean()) {
      problems.add("the store's table is not what it announced: " + verified);
    }
  }
}
