package dev.headwater.events.kafka;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import org.junit.jupiter.api.Test;

class TopicLayoutTest {
  @Test
  void refusesOneThatAcknowledgesNothing() {
    assertThatThrownBy(() -> new TopicLayout(4, 2, 3))
        .hasMessage("min-in-sync is 3 of 2 replicas: no record would ever be acknowledged");
    assertThat(new TopicLayout(4, 3, 3).minInSync()).isEqualTo(3);
    assertThat(new TopicLayout(4, 0, 2).replicas()).isZero();
  }

  @Test
  void refusesNumbersThatAreNone() {
    assertThatThrownBy(() -> new TopicLayout(0, 1, 1)).hasMessageContaining("partitions");
    assertThatThrownBy(() -> new TopicLayout(1, -1, 0)).hasMessageContaining("below 0");
    assertThatThrownBy(() -> new TopicLayout(1, 40_000, 0)).hasMessageContaining("replicas");
  }
}
