package dev.headwater.access;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.LinkedHashSet;
import java.util.List;
import java.util.Random;
import java.util.Set;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Random principals written and read, and lines with one character changed. */
class KeyLineRandomizedTest {
  private static final String NAME = "ABCxyz019._@-";
  private static final String ANY = "abz09.*,=: \t#-é\u0000KP\"";

  private static String text(Random random, String alphabet, int length) {
    StringBuilder text = new StringBuilder();
    for (int i = 0; i < length; i++) {
      text.append(alphabet.charAt(random.nextInt(alphabet.length())));
    }
    return text.toString();
  }

  private static Principal principal(Random random) {
    Set<String> domains = new LinkedHashSet<>();
    int count = 1 + random.nextInt(4);
    while (domains.size() < count) {
      domains.add(random.nextInt(9) == 0 ? "*" : "d" + random.nextInt(20));
    }
    @Nullable Rates rates =
        random.nextBoolean()
            ? null
            : new Rates(random.nextInt(1000), random.nextInt(1_000_000), random.nextInt(3));
    return new Principal(
        "k" + text(random, NAME, random.nextInt(64)),
        List.of(Role.values()).get(random.nextInt(3)),
        domains,
        rates,
        random.nextBoolean());
  }

  @ParameterizedTest
  @ValueSource(longs = {1, 2, 3})
  void whatIsWrittenIsReadAgainAndOnlyItsKeyFits(long seed) {
    Random random = new Random(seed);
    for (int i = 0; i < 200; i++) {
      Principal principal = principal(random);
      String key = "hw_" + random.nextLong();
      KeyLine read = KeyLine.parse(new KeyLine(principal, Secrets.sha256(key)).format());
      assertThat(read.principal()).as("seed %d, %d", seed, i).isEqualTo(principal);
      assertThat(read.isOf(Secrets.sha256(key))).isTrue();
      assertThat(read.isOf(Secrets.sha256(key + " "))).isFalse();
    }
  }

  @ParameterizedTest
  @ValueSource(longs = {1, 2, 3})
  void aChangedLineIsReadOrRefusedAndTheRefusalShowsNothingOfTheHash(long seed) {
    Random random = new Random(seed);
    int refused = 0;
    for (int i = 0; i < 300; i++) {
      byte[] hash = Secrets.sha256("key " + i);
      StringBuilder line = new StringBuilder(new KeyLine(principal(random), hash).format());
      for (int change = 0; change <= random.nextInt(3); change++) {
        line.setCharAt(random.nextInt(line.length()), text(random, ANY, 1).charAt(0));
      }
      try {
        KeyLine read = KeyLine.parse(line.toString());
        assertThat(KeyLine.parse(read.format()).principal()).isEqualTo(read.principal());
      } catch (IllegalArgumentException e) {
        refused++;
        assertThat(e.getMessage())
            .as("seed %d, %d", seed, i)
            .doesNotContain(Secrets.hex(hash).substring(0, 16))
            .doesNotContain(Secrets.hex(hash).substring(48));
      }
    }
    assertThat(refused).isBetween(30, 299);
  }
}
