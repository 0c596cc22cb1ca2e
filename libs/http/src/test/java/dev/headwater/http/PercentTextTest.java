package dev.headwater.http;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import java.net.URLEncoder;
import java.util.Arrays;
import java.util.Random;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class PercentTextTest {
  @ParameterizedTest
  @ValueSource(longs = {1, 2, 3})
  void escapesAreTextExactlyWhereReadingAndWritingThemGivesTheSameBytes(long seed) {
    Random random = new Random(seed);
    int text = 0;
    for (int i = 0; i < 800; i++) {
      byte[] bytes = new byte[1 + random.nextInt(4)];
      random.nextBytes(bytes);
      if (random.nextBoolean()) {
        byte[] good = Character.toString(random.nextInt(0xd800)).getBytes(UTF_8);
        bytes = random.nextInt(4) == 0 ? Arrays.copyOf(good, Math.max(1, good.length - 1)) : good;
      }
      StringBuilder escaped = new StringBuilder("/items/");
      for (byte each : bytes) {
        escaped.append("%%%02x".formatted(each & 0xff));
      }
      boolean same = Arrays.equals(new String(bytes, UTF_8).getBytes(UTF_8), bytes);
      text += same ? 1 : 0;
      assertThat(PercentText.isWell(escaped.toString()))
          .as("seed %d: %s", seed, escaped)
          .isEqualTo(same);
    }
    assertThat(text).isBetween(200, 780);
  }

  @ParameterizedTest
  @ValueSource(longs = {1, 2, 3})
  void whatAClientEscapesIsWellAndHalfAnEscapeIsNot(long seed) {
    Random random = new Random(seed);
    for (int i = 0; i < 200; i++) {
      String id =
          random
              .ints(1 + random.nextInt(8), 1, 0xd7ff)
              .collect(StringBuilder::new, StringBuilder::appendCodePoint, StringBuilder::append)
              .toString();
      String escaped = URLEncoder.encode(id, UTF_8);
      assertThat(PercentText.isWell(escaped)).as("seed %d: %s", seed, escaped).isTrue();
      for (String broken : new String[] {"%", "%4", "%g1", "%1g", "%-1", "% 1"}) {
        assertThat(PercentText.isWell(escaped + broken)).as(escaped + broken).isFalse();
      }
    }
  }
}
