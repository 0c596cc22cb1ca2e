package dev.headwater.events.json;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.headwater.events.Keys;
import dev.headwater.events.PublicRecords;
import java.util.List;
import java.util.Map;
import java.util.Random;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.ValueSource;

/** A record judges itself before it is sent as its JSON is judged where it arrives. */
class CheckedRecordsRandomizedTest {
  private static final List<String> IDS =
      List.of(
          "",
          "a",
          "a b/c",
          "ü",
          "__heartbeat-1",
          "~claim",
          "x".repeat(256),
          "x".repeat(257),
          "凧".repeat(85),
          "凧".repeat(86),
          "🪁".repeat(64),
          "🪁".repeat(65),
          "\u0000",
          "..");
  private static final List<String> DOMAINS =
      List.of("", "toys", "T-1_x.y", "a/b", "..", "x".repeat(64), "x".repeat(65), "Spielzeüg");
  private static final List<String> TITLES =
      List.of("", " ", "\t\n", "Kite", "x".repeat(5000), "凧");

  /** Returns the code of the refusal, or null. */
  private interface Judgement {
    Object run() throws RejectedRecordException;
  }

  private static @Nullable ReasonCode code(Judgement judgement) {
    try {
      judgement.run();
      return null;
    } catch (RejectedRecordException e) {
      return e.reason();
    }
  }

  private static <T> T any(Random random, List<T> all) {
    return all.get(random.nextInt(all.size()));
  }

  /** One field of the record is drawn, so that one thing at most is wrong with it. */
  private static Interaction event(Random random) {
    int drawn = random.nextInt(8);
    InteractionType[] types = InteractionType.values();
    return new Interaction(
        drawn == 0 ? any(random, IDS) : "e1",
        drawn == 1 ? any(random, DOMAINS) : "toys",
        drawn == 2 ? any(random, IDS) : "u1",
        drawn == 3 ? any(random, IDS) : "i1",
        types[random.nextInt(types.length)],
        drawn == 4 ? any(random, List.of(-1e300, 0.0, 4.5, Double.MIN_VALUE)) : null,
        drawn == 5 ? any(random, List.of(-1L, 0L, Long.MAX_VALUE, Long.MIN_VALUE)) : 5,
        drawn == 6 ? any(random, IDS) : null,
        drawn == 7 ? any(random, List.of(-1, 0, 100_000, 100_001, Integer.MAX_VALUE)) : 3);
  }

  private static CatalogItem item(Random random) {
    int drawn = random.nextInt(3);
    return new CatalogItem(
        drawn == 0 ? any(random, DOMAINS) : "toys",
        drawn == 1 ? any(random, IDS) : "i1",
        drawn == 2 ? any(random, TITLES) : "Kite",
        any(random, IDS),
        List.of(any(random, IDS)),
        any(random, TITLES),
        Map.of(any(random, IDS), any(random, IDS)),
        random.nextBoolean());
  }

  @ParameterizedTest
  @ValueSource(longs = {1, 2, 3})
  void interactionsAreJudgedAlikeAtBothEnds(long seed) {
    Random random = new Random(seed);
    int refused = 0;
    for (int i = 0; i < 2_000; i++) {
      Interaction event = event(random);
      ReasonCode sent = code(event::checked);
      assertThat(sent)
          .as("seed %d: %s", seed, event)
          .isEqualTo(code(() -> PublicRecords.parseInteraction(event.toJson(), Long.MAX_VALUE)));
      refused += sent == null ? 0 : 1;
    }
    assertThat(refused).as("seed %d", seed).isBetween(200, 1_800);
  }

  @ParameterizedTest
  @ValueSource(longs = {1, 2, 3})
  void itemsAreJudgedAlikeAtBothEnds(long seed) {
    Random random = new Random(seed);
    int refused = 0;
    for (int i = 0; i < 2_000; i++) {
      CatalogItem item = item(random);
      ReasonCode sent = code(item::checked);
      assertThat(sent)
          .as("seed %d: %s", seed, item)
          .isEqualTo(code(() -> PublicRecords.parseCatalogItem(item.toJson())));
      refused += sent == null ? 0 : 1;
    }
    assertThat(refused).as("seed %d", seed).isBetween(200, 1_800);
  }

  @Test
  void whatNoJsonCanHoldIsRefusedOrMended() throws RejectedRecordException {
    Interaction half = Interaction.click("e1", "toys", "\ud800", "i1", 5);
    assertThat(code(half::checked)).isEqualTo(ReasonCode.INVALID_VALUE);
    Interaction rating =
        new Interaction("e", "toys", "u", "i", InteractionType.RATING, Double.NaN, 5, null, -1);
    assertThat(code(rating::checked)).isEqualTo(ReasonCode.INVALID_VALUE);
    CatalogItem title = CatalogItem.of("toys", "i1", "Kite \ud800", "\udfff", List.of("\ud800"));
    CatalogItem read = PublicRecords.parseCatalogItem(title.checked().toJson());
    assertThat(read.title()).isEqualTo("Kite ?");
    assertThat(read.brand()).isEqualTo("?");
    assertThat(read.categories()).containsExactly("?");
  }

  @ParameterizedTest
  @EnumSource
  void everyTypeTravelsInside(InteractionType type) {
    assertThat(dev.headwater.events.wire.InteractionType.valueOf(type.name()).getNumber())
        .isPositive();
    assertThat(InteractionType.of(type.code())).isEqualTo(type);
  }

  @Test
  void knowsNoOtherTypes() {
    assertThat(InteractionType.of("CLICK")).isNull();
    assertThat(InteractionType.of("")).isNull();
    assertThatThrownBy(() -> Identifiers.domain("a/b")).hasMessageContaining("not a domain name");
  }

  @Test
  void recordsAndKeysAgree() {
    assertThat(Interaction.click("e", "toys", "a/b", "i", 1).key())
        .isEqualTo(Keys.of("toys", "a/b"));
    assertThat(CatalogItem.of("toys", "i/1", "Kite", "", List.of()).key())
        .isEqualTo(Keys.of("toys", "i/1"));
  }
}
