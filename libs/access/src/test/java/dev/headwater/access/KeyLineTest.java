package dev.headwater.access;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.security.SecureRandom;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class KeyLineTest {
  private static final String KEY = Secrets.newKey(new SecureRandom());
  private static final String HASH = "sha256:" + Secrets.hex(Secrets.sha256(KEY));

  @Test
  void readsWhatItWrites() {
    String line = "shop-web read shop,toys " + HASH + " requests=5 events=6 items=7";
    KeyLine read = KeyLine.parse(line);
    assertThat(read.format()).isEqualTo(line);
    assertThat(read.principal().rates()).isEqualTo(new Rates(5, 6, 7));
    assertThat(read.principal().mayName("toys")).isTrue();
    assertThat(read.principal().mayName("books")).isFalse();
    assertThat(KeyLine.parse("node operator * " + HASH + " speaks-for-others").format())
        .isEqualTo("node operator * " + HASH + " speaks-for-others");
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "",
        "name read *",
        "name admin * HASH",
        "name READ * HASH",
        "na/me read * HASH",
        "name read , HASH",
        "name read * sha256:12",
        "name read * HASH requests=-1",
        "name read * HASH requests=",
        "name read * HASH burst=4",
        "KEY read * HASH",
        "name KEY * HASH",
        "name read * KEY",
        "name read * HASH KEY"
      })
  void refusesWhatIsNoLineAndRepeatsNoSecret(String line) {
    assertThatThrownBy(() -> KeyLine.parse(line.replace("HASH", HASH).replace("KEY", KEY)))
        .isInstanceOf(IllegalArgumentException.class)
        .message()
        .doesNotContain(KEY)
        .doesNotContain(HASH);
  }

  @Test
  void aKeyHas256RandomBitsAndANameThatScannersFind() {
    assertThat(KEY).matches("hw_[A-Za-z0-9_-]{43}");
    assertThat(Secrets.newKey(new SecureRandom())).isNotEqualTo(KEY);
  }

  @Test
  void theTextOfALineHoldsNoHash() {
    assertThat(KeyLine.parse("a read * " + HASH).toString()).doesNotContain(HASH.substring(7));
  }
}
