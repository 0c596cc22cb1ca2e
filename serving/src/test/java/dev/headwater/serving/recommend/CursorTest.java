package dev.headwater.serving.recommend;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.headwater.client.answers.Recommendations;
import java.util.ArrayList;
import java.util.Base64;
import java.util.HashSet;
import java.util.List;
import java.util.Random;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class CursorTest {
  private static Recommendations.Item item(String name) {
    return new Recommendations.Item(name, 1, "cdim", null, null, null, null);
  }

  @ParameterizedTest
  @ValueSource(longs = {1, 2, 3})
  void remembersEveryItemOfEveryPageOverItsText(long seed) {
    Random random = new Random(seed);
    for (int walk = 0; walk < 20; walk++) {
      Cursor cursor = Cursor.first(random.nextLong());
      assertThat(cursor.isFirst()).isTrue();
      Set<String> shown = new HashSet<>();
      for (int page = 0; page < 1 + random.nextInt(8); page++) {
        List<Recommendations.Item> items = new ArrayList<>();
        for (int i = 0; i < 1 + random.nextInt(20); i++) {
          String name = "item/" + random.nextInt(1_000_000) + "ü";
          shown.add(name);
          items.add(item(name));
        }
        Cursor next = Cursor.parse(cursor.after(items).text());
        assertThat(next.seed()).as("seed %d: draws stay the same", seed).isEqualTo(cursor.seed());
        cursor = next;
      }
      Cursor last = cursor;
      assertThat(shown).as("seed %d, walk %d", seed, walk).allMatch(last::hasShown);
      int strangers = 0;
      for (int i = 0; i < 1_000; i++) {
        strangers += last.hasShown("other-" + i) ? 1 : 0;
      }
      assertThat(strangers).as("names that look alike are told apart").isLessThan(3);
    }
  }

  @Test
  void oneTurnsThroughAThousandItemsAndNoMore() {
    Cursor cursor = Cursor.first(1);
    for (int page = 0; page < 11; page++) {
      assertThat(cursor.isFull()).isEqualTo(page == 10);
      List<Recommendations.Item> items = new ArrayList<>();
      for (int i = 0; i < 100; i++) {
        items.add(item("i" + page + "-" + i));
      }
      cursor = Cursor.parse(cursor.after(items).text());
    }
    assertThat(cursor.shown()).hasSize(Cursor.SHOWN_MAX);
    assertThat(cursor.hasShown("i10-0")).as("beyond the bound").isFalse();
  }

  @ParameterizedTest
  @ValueSource(longs = {1, 2, 3})
  void whatNobodyWroteIsRefusedAndNothingElseHappens(long seed) {
    Random random = new Random(seed);
    for (int i = 0; i < 2_000; i++) {
      byte[] bytes = new byte[random.nextInt(40)];
      random.nextBytes(bytes);
      if (bytes.length > 0 && random.nextBoolean()) {
        bytes[0] = 1;
      }
      String text = Base64.getUrlEncoder().withoutPadding().encodeToString(bytes);
      boolean whole = bytes.length >= 9 && (bytes.length - 9) % 4 == 0 && bytes[0] == 1;
      if (whole) {
        assertThat(Cursor.parse(text).shown()).hasSize((bytes.length - 9) / 4);
      } else {
        assertThatThrownBy(() -> Cursor.parse(text))
            .as("seed %d: %s, %d bytes", seed, text, bytes.length)
            .isInstanceOf(IllegalArgumentException.class);
      }
    }
    byte[] tooMany = new byte[9 + 4 * (Cursor.SHOWN_MAX + 1)];
    tooMany[0] = 1;
    for (String text : List.of("*", "a", Base64.getUrlEncoder().encodeToString(tooMany))) {
      assertThatThrownBy(() -> Cursor.parse(text)).isInstanceOf(IllegalArgumentException.class);
    }
  }
}
