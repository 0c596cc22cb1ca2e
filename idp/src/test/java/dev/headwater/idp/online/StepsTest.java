package dev.headwater.idp.online;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import org.junit.jupiter.api.Test;

class StepsTest {
  @Test
  void putsHistoriesOfLikeLengthTogetherAndKeepsTheirOrder() {
    List<String> window = List.of("ccc", "a1", "b", "a2", "c");
    assertThat(Steps.of(window, String::length, 2))
        .containsExactly(List.of("b", "c"), List.of("a1", "a2"), List.of("ccc"));
    assertThat(window).as("left alone").startsWith("ccc");
  }

  @Test
  void anEmptyWindowHasNoStep() {
    assertThat(Steps.of(List.<String>of(), String::length, 2)).isEmpty();
  }
}
