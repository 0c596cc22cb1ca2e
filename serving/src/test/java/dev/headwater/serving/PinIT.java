package dev.headwater.serving;

import static org.assertj.core.api.Assertions.assertThat;

import dev.headwater.events.Topics;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** Pinned means the rows of that version: a real store and real nodes. */
@Timeout(120)
class PinIT extends AbstractPinIT {
  @Test
  void aPinnedVersionIsServedUntilItIsUnpinnedOnRunningAndNewNodes() {
    learn(1);
    long early = seal();
    Map<String, Double> then = serves(node, early);
    learn(2);
    long late = seal();
    Map<String, Double> live = serves(node, late);
    assertThat(live).isNotEqualTo(then);

    store.engine().pin(early, "a look back", "sre");
    assertThat(serves(node, early)).isEqualTo(then);
    learn(3); // learning goes on, aside
    try (ServingService fresh = startNode()) {
      soon().until(() -> fresh.readiness().ready());
      assertThat(answer(fresh)).as("ready means: with the whole version").isEqualTo(then);
      assertThat(table(fresh)).isEqualTo(early);
      assertThat(answer(node)).isEqualTo(then);
    }

    store.engine().unpin(SHOP, "seen enough", "sre");
    soon().until(() -> !answer(node).equals(then));
    long next = seal();
    Map<String, Double> learned = serves(node, next);
    assertThat(learned).isNotEqualTo(live).isNotEqualTo(then);

    store.engine().rollback(early, "worse since", "sre");
    soon().until(() -> table(node) == early && answer(node).equals(then)); // rows come first
  }

  @Test
  void whatIsDeletedUnderAPinIsGone() {
    learn(1);
    long early = seal();
    learn(2);
    seal();
    store.engine().pin(early, "a look back", "sre");
    String first = serves(node, early).keySet().iterator().next();
    send(Topics.DEFAULT.coldStartRows(), first, null);
    soon().until(() -> !answer(node).containsKey(first));
    assertThat(answer(node)).hasSize(ITEMS - 2);
    assertThat(table(node)).isEqualTo(early);
  }
}
