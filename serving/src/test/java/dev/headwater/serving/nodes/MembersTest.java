package dev.headwater.serving.nodes;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.headwater.serving.items.Slice;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.util.Objects;
import org.junit.jupiter.api.Test;

/** Who counts, and which division serves, by what nodes say of themselves. */
class MembersTest {
  private final Members members = new Members("self", 3);
  private long beat;

  private Member member(String node, int generation, int shards, int shard, boolean ready) {
    return new Member(
        node,
        generation,
        new Slice(shards, shard),
        URI.create("http://" + node + ":1"),
        ready,
        false,
        ++beat);
  }

  private void hear(String node, int generation, int shards, int shard) {
    members.hear(member(node, generation, shards, shard, true));
  }

  private int serving() {
    Division serving = members.serving();
    return serving == null ? 0 : serving.generation();
  }

  private void ownBeats(int count) {
    for (int i = 0; i < count; i++) {
      hear("self", 1, 2, 0);
    }
  }

  @Test
  void aRecordTellsWhatItWasMadeOf() {
    Member member = member("node", 3, 5, 4, true);
    assertThat(Member.parse(member.bytes())).isEqualTo(member);
    assertThatThrownBy(() -> Member.parse("no record".getBytes(StandardCharsets.UTF_8)))
        .isInstanceOf(IllegalArgumentException.class);
  }

  @Test
  void whoIsNotReadyHoldsNothing() {
    assertThat(members.serving()).isNull();
    members.hear(member("a", 1, 2, 0, false));
    assertThat(members.serving()).isNull();
    hear("a", 1, 2, 0);
    Division serving = Objects.requireNonNull(members.serving());
    assertThat(serving.isComplete()).isFalse();
    hear("b", 1, 2, 1);
    assertThat(Objects.requireNonNull(members.serving()).isComplete()).isTrue();
  }

  @Test
  void moreShardsServeOnceEachIsHeldAndFewerAgainWhenOneIsLost() {
    hear("a", 1, 2, 0);
    hear("b", 1, 2, 1);
    hear("c", 2, 3, 0);
    hear("d", 2, 3, 1);
    ownBeats(2);
    assertThat(serving()).isEqualTo(1);
    hear("a", 1, 2, 0);
    hear("b", 1, 2, 1);
    hear("c", 2, 3, 0);
    hear("d", 2, 3, 1);
    hear("e", 2, 3, 2);
    assertThat(serving()).as("its nodes may not have heard that yet").isEqualTo(1);
    ownBeats(1);
    assertThat(serving()).isEqualTo(1);
    ownBeats(1);
    assertThat(serving()).isEqualTo(2);
    members.forget("d");
    assertThat(serving()).isEqualTo(1);
  }

  @Test
  void whoLacksNothingServesAtOnceWhereTheOtherLacksAShard() {
    hear("a", 1, 2, 0);
    hear("c", 2, 2, 0);
    hear("d", 2, 2, 1);
    assertThat(serving()).isEqualTo(2);
  }

  /** It was ready with the first replica of each shard, and lacked a shard when that one went. */
  @Test
  void whoeverCountsIsHeardBeforeANewcomerHasListened() {
    ownBeats(1);
    hear("one", 1, 2, 1);
    assertThat(members.hasListened()).isFalse();
    ownBeats(2);
    hear("its-twin", 1, 2, 1);
    assertThat(members.hasListened()).isFalse();
    ownBeats(1);
    assertThat(members.hasListened()).isTrue();
    assertThat(members.size()).isEqualTo(3);
  }

  @Test
  void whoIsSilentForSomeBeatsOfThisNodeCountsNoMore() {
    hear("other", 1, 2, 1);
    ownBeats(3);
    assertThat(members.size()).isEqualTo(2);
    hear("other", 1, 2, 1);
    ownBeats(3);
    assertThat(members.size()).isEqualTo(2);
    ownBeats(1);
    assertThat(members.size()).isEqualTo(1);
  }

  @Test
  void aNodeThatFailedIsSuspectUntilItIsHeardAgain() {
    Member other = member("other", 1, 2, 1, true);
    assertThat(members.isSuspect(other)).isTrue(); // nobody has heard it
    members.hear(other);
    assertThat(members.isSuspect(other)).isFalse();
    members.failed(other);
    assertThat(members.isSuspect(other)).isTrue();
    hear("other", 1, 2, 1);
    assertThat(members.isSuspect(other)).isFalse();
  }
}
