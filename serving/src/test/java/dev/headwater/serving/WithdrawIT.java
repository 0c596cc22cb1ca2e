package dev.headwater.serving;

import static java.util.Objects.requireNonNull;
import static org.assertj.core.api.Assertions.assertThat;

import dev.headwater.events.Topics;
import dev.headwater.events.announce.AnnouncedState;
import dev.headwater.events.wire.EmbeddingRow;
import dev.headwater.events.wire.QualityWindow;
import dev.headwater.events.wire.RankingQuality;
import dev.headwater.store.table.SealedVersion;
import dev.headwater.store.table.VersionStatus;
import java.util.Map;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** Bad learning takes itself back on all nodes: windows in, answers out. */
@Timeout(120)
class WithdrawIT extends AbstractPinIT {
  private static final long WINDOW_MS = 5_000;
  private static final int EVENTS = 200;

  private ServingService other;
  private long step = 2;

  @BeforeEach
  void startOther() {
    other = startNode();
  }

  @AfterEach
  void stopOther() {
    other.close();
  }

  /** Windows that begin one after the other from a time on; returns when the last ends. */
  private long windows(int count, double hr10, long fromMs) {
    long from = fromMs;
    for (int i = 0; i < count; i++) {
      QualityWindow window =
          QualityWindow.newBuilder()
              .setDomain(SHOP)
              .setModel(Rows.MODEL)
              .setFromMs(from)
              .setToMs(from + WINDOW_MS)
              .setLive(RankingQuality.newBuilder().setHr10(hr10).setEvents(EVENTS))
              .build();
      send(Topics.DEFAULT.quality(), SHOP, window.toByteArray());
      from += WINDOW_MS;
    }
    return from;
  }

  private SealedVersion version(long number) {
    return store.engine().require(number);
  }

  private AnnouncedState announced() {
    return requireNonNull(store.engine().book().state(SHOP));
  }

  /** A good version, windows as they always were, then a version that learned badly. */
  private long badAfterGood() {
    learn(1);
    long good = seal();
    long goodMs = version(good).sealedMs();
    windows(20, 0.3, goodMs - 30 * WINDOW_MS);
    learn(2);
    long bad = seal();
    serves(node, bad);
    serves(other, bad);
    return good;
  }

  /** Windows that show it, from after a version on. */
  private long fallAfter(long good) {
    return windows(3, 0.1, version(good).sealedMs() + WINDOW_MS);
  }

  @Test
  void whatWasLearnedBadlyLeavesAllAnswersAndComesBackWhenItIsGoodAgain() throws Exception {
    long good = badAfterGood();
    long nextMs = fallAfter(good);
    Map<String, Double> then = serves(node, good);
    assertThat(serves(other, good)).isEqualTo(then);
    assertThat(announced().isWithdrawn()).isTrue();
    assertThat(requireNonNull(announced().pin()).why())
        .contains("quality: HR@10 0.1", "before 0.3");

    int port = store.adminPort();
    store.close();
    store = startStore(port);
    learnUntil(true); // it still is bad
    try (ServingService fresh = startNode()) {
      assertThat(serves(fresh, good)).isEqualTo(then);
    }
    assertThat(serves(node, good)).isEqualTo(then);

    windows(10, 0.3, nextMs);
    learnUntil(false);
    learn(++step);
    long late = seal();
    assertThat(serves(node, late)).isEqualTo(serves(other, late)).isNotEqualTo(then);
    assertThat(announced().pinned()).isFalse();
  }

  @Test
  void anItemThatComesWhileLearningIsTakenBackIsShown() {
    long good = badAfterGood();
    fallAfter(good);
    Map<String, Double> then = serves(node, good);
    EmbeddingRow late = Rows.cold(SHOP, "late", ITEMS + 1, vector());
    send(Topics.DEFAULT.coldStartRows(), late);
    shows(node, good, then);
    shows(other, good, then);
    try (ServingService fresh = startNode()) {
      shows(fresh, good, then);
    }
  }

  /** The version's items in their order, and the late one. */
  private static void shows(ServingService from, long version, Map<String, Double> then) {
    soon().until(() -> table(from) == version && answer(from).containsKey("late"));
    assertThat(answer(from).keySet().stream().filter(item -> !item.equals("late")))
        .containsExactlyElementsOf(then.keySet());
  }

  /** Learns and seals until a version is refused, or is not. */
  private void learnUntil(boolean refused) {
    soon()
        .until(
            () -> {
              learn(++step);
              return (version(seal()).status() == VersionStatus.REJECTED) == refused;
            });
  }

  @Test
  void aPersonIsObeyed() {
    long good = badAfterGood();
    long bad = announced().announcedVersion();
    store.engine().pin(bad, "we want it", "sre");
    long nextMs = fallAfter(good);
    learnUntil(true);
    assertThat(serves(node, bad)).isEqualTo(serves(other, bad));
    store.engine().unpin(SHOP, "no more", "sre");
    learn(++step);
    long next = seal();
    assertThat(serves(node, next)).isEqualTo(serves(other, next));
    windows(3, 0.1, nextMs);
    learnUntil(false);
    learn(++step);
    long last = seal();
    assertThat(serves(node, last)).isEqualTo(serves(other, last));
    assertThat(announced().pinned()).isFalse();
  }
}
