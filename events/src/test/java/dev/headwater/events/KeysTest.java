package dev.headwater.events;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.headwater.events.json.Identifiers;
import dev.headwater.events.json.ReasonCode;
import dev.headwater.events.json.RejectedRecordException;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class KeysTest {
  @Test
  void splitsAtTheFirstSlashesOnly() throws Exception {
    assertThat(Keys.parse("toys/a/b")).isEqualTo(new Keys.DomainKey("toys", "a/b"));
    assertThat(Keys.parse("toys//")).isEqualTo(new Keys.DomainKey("toys", "/"));
    assertThat(Keys.parseRow("toys/m1/a/b")).isEqualTo(new Keys.RowKey("toys", "m1", "a/b"));
  }

  @Test
  void writesWhatItReads() throws Exception {
    assertThat(Keys.parse("toys/a b")).hasToString("toys/a b");
    assertThat(Keys.parseRow(Keys.of("toys", "m1", "/"))).hasToString("toys/m1//");
    assertThat(Keys.of("toys", "a")).isEqualTo("toys/a");
  }

  @ParameterizedTest
  @ValueSource(strings = {"", "/", "toys", "toys/", "/a"})
  void refusesAKeyWithoutBothParts(String key) {
    assertThatThrownBy(() -> Keys.parse(key))
        .isInstanceOfSatisfying(
            RejectedRecordException.class,
            e -> assertThat(e.reason()).isEqualTo(ReasonCode.KEY_MISMATCH));
  }

  @ParameterizedTest
  @ValueSource(strings = {"", "//", "toys/m1", "toys/m1/", "toys//a", "/m1/a"})
  void refusesARowKeyWithoutAllParts(String key) {
    assertThatThrownBy(() -> Keys.parseRow(key)).isInstanceOf(RejectedRecordException.class);
  }

  @ParameterizedTest
  @ValueSource(strings = {"toys", "T-1_x.y", "0"})
  void takesNames(String name) {
    assertThat(Identifiers.isName(name)).isTrue();
  }

  @ParameterizedTest
  @ValueSource(strings = {"", ".", "-a", "a/b", "a b", "ü", "a\n", "toys\u0000"})
  void refusesOtherNames(String name) {
    assertThat(Identifiers.isName(name)).isFalse();
  }

  @Test
  void aNameHas64CharactersAtMost() {
    assertThat(Identifiers.isName("d".repeat(64))).isTrue();
    assertThat(Identifiers.isName("d".repeat(65))).isFalse();
  }
}
