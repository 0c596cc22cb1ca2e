package dev.headwater.events;

import static org.assertj.core.api.Assertions.assertThat;

import dev.headwater.events.wire.HistoryEntry;
import java.util.List;
import org.junit.jupiter.api.Test;

class SignalsTest {
  @Test
  void anEntryOfAnOlderReleaseIsALikeThatWeighsOne() {
    HistoryEntry old = HistoryEntry.newBuilder().setItem("a").build();
    assertThat(Signals.weight(old)).isEqualTo(1);
    assertThat(Signals.isDislike(old)).isFalse();
    assertThat(Signals.likes(List.of(old, old))).containsExactly("a", "a");
    assertThat(Signals.disliked(List.of(old))).isEmpty();
  }

  @Test
  void ofAnItemTheNewestEntryStands() {
    List<HistoryEntry> entries =
        List.of(
            entry("bought, then one star", 1),
            entry("kept", 1),
            entry("hidden by mistake", -1),
            entry("never liked", -0.5f),
            entry("bought, then one star", -1),
            entry("hidden by mistake", 2),
            entry("kept", 1));
    assertThat(Signals.likes(entries)).containsExactly("kept", "hidden by mistake", "kept");
    assertThat(Signals.disliked(entries)).containsExactly("bought, then one star", "never liked");
    assertThat(Signals.likes(entries.subList(0, 4)))
        .as("what came later is not known yet")
        .containsExactly("bought, then one star", "kept");
  }

  private static HistoryEntry entry(String item, float weight) {
    return HistoryEntry.newBuilder().setItem(item).setWeight(weight).build();
  }
}
