package dev.headwater.configuration;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.fasterxml.jackson.databind.annotation.JsonDeserialize;
import com.typesafe.config.Config;
import com.typesafe.config.ConfigFactory;
import java.net.URI;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

/** Values bound to records, whatever the keys are called. */
class BinderTest {
  private final List<String> problems = new ArrayList<>();

  enum Mood {
    CALM,
    WILD
  }

  record Part(
      int count,
      double share,
      boolean on,
      String text,
      Mood mood,
      Duration delay,
      @Nullable Path file,
      @Nullable URI address,
      Set<String> names,
      Map<String, Integer> sizes,
      Inner inner) {
    record Inner(@JsonDeserialize(using = Millis.class) int pauseMs) {
      Inner {
        if (pauseMs > 60_000) {
          throw new IllegalArgumentException("pauseMs must be a minute at most");
        }
      }
    }
  }

  private static final String GOOD =
      """
      count = 3, share = 1, on = true, text = "a b", mood = wild, delay = "PT2S", file = "", address = "http://x:1"
      names = [b, a, b], sizes { x = 1 }, inner { pause-ms = "PT0.05S" }
      """;

  private @Nullable Part bind(String more) {
    Config values =
        ConfigFactory.parseString(more)
            .withFallback(ConfigFactory.parseString(GOOD))
            .atPath("part");
    return new Binder(values, "part", problems).bind(values.getConfig("part"), Part.class);
  }

  private void refused(String more, String... words) {
    problems.clear();
    Part bound = bind(more);
    assertThat(problems).as(more).hasSize(1);
    assertThat(problems.get(0)).contains(words);
    assertThat(bound == null || !problems.isEmpty()).isTrue();
  }

  @Test
  void everyKindOfComponentIsBound() {
    assertThat(bind(""))
        .isEqualTo(
            new Part(
                3,
                1.0,
                true,
                "a b",
                Mood.WILD,
                Duration.ofSeconds(2),
                null,
                URI.create("http://x:1"),
                Set.of("a", "b"),
                Map.of("x", 1),
                new Part.Inner(50)));
    assertThat(problems).isEmpty();
  }

  @Test
  void aValueThatDoesNotFitItsComponentIsToldByItsKey() {
    refused("mood = angry", "part.mood: not one of the values accepted");
    refused("count = 3000000000", "part.count");
    refused("sizes { x = y }", "part.sizes");
    refused("unknown = 1", "part.unknown: no such key");
    refused("inner { unknown = 1 }", "part.inner.unknown: no such key");
    refused("count = [1]", "part.count", "must be int");
  }

  @Test
  void aRecordsOwnCheckIsToldByTheKeyThatItIsAbout() {
    refused("inner { pause-ms = \"PT2M\" }", "part.inner.pause-ms", "a minute at most");
  }

  @Test
  void millisecondsThatNoIntHoldsAreRefusedAndNotCut() {
    refused("inner { pause-ms = \"PT600H\" }", "part.inner.pause-ms", "longer than 24 days");
  }

  @Test
  void severalProblemsAreAllTold() {
    bind("mood = angry, unknown = 1, other { deep = 2 }");
    assertThat(problems).hasSize(3);
    assertThat(String.join("\n", problems))
        .contains("part.mood", "part.unknown: no such key", "part.other.deep: no such key");
  }

  record Wide(int first, String second, List<String> third) {
    Wide {
      if (first < 0) {
        throw new IllegalArgumentException("first must not be negative");
      }
    }
  }

  @Test
  void aCopyDiffersInOneComponentAndIsCheckedLikeAnyOther() {
    Wide wide = new Wide(1, "two", List.of("three"));
    assertThat(Copies.with(wide, "second", "zwei"))
        .isEqualTo(new Wide(1, "zwei", List.of("three")));
    assertThat(wide.second()).isEqualTo("two");
    assertThatThrownBy(() -> Copies.with(wide, "fourth", 4))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining("fourth");
    assertThatThrownBy(() -> Copies.with(wide, "first", -1))
        .isInstanceOf(IllegalArgumentException.class)
        .hasRootCauseMessage("first must not be negative");
    assertThatThrownBy(() -> Copies.with(wide, "first", "one"))
        .isInstanceOf(IllegalArgumentException.class);
  }
}
