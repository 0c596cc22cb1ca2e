package dev.headwater.events;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import org.junit.jupiter.api.Test;

class DomainNamesTest {
  private final DomainNames names = DomainNames.of(List.of("toys", "shop-*", "*.test"));

  @Test
  void aNameStandsForItself() {
    assertThat(names.contains("toys")).isTrue();
    assertThat(names.contains("toys2")).isFalse();
    assertThat(names.named()).containsExactly("toys");
  }

  @Test
  void aStarStandsForAnyCharacters() {
    assertThat(names.contains("shop-1")).isTrue();
    assertThat(names.contains("shop-")).isTrue();
    assertThat(names.contains("my-shop-1")).isFalse();
    assertThat(names.contains("a.test")).isTrue();
    assertThat(names.contains("a-test")).as("a dot is a dot").isFalse();
  }

  @Test
  void whatIsNoNameFitsNoPattern() {
    assertThat(DomainNames.of(List.of("*")).contains("a/b")).isFalse();
    assertThat(DomainNames.of(List.of("*")).contains("")).isFalse();
  }

  @Test
  void patternsAreOpen() {
    assertThat(names.isOpen()).isTrue();
    assertThat(DomainNames.of(List.of("toys", "games")).isOpen()).isFalse();
  }
}
