package dev.headwater.http;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

class DoorTest {
  @Test
  void lessThanTheLimitIsLetInAndTheRestIsCounted() {
    Door door = new Door(2);
    assertThat(door.enter()).isTrue();
    assertThat(door.enter()).isTrue();
    assertThat(door.enter()).isFalse();
    door.leave();
    assertThat(door.enter()).isTrue();
    assertThat(door.inside()).isEqualTo(2);
  }
}
