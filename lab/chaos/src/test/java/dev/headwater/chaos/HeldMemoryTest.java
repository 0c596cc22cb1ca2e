package dev.headwater.chaos;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

/** Resident memory is held against resident memory, the heap against a bound of its own. */
class HeldMemoryTest {
  private static final HeldMemory HALF = new HeldMemory(800 << 10, 60 << 10);

  private static String more(int residentMb, int liveMb) {
    return HALF.more(new HeldMemory(residentMb << 10, liveMb << 10), 0.03, 24 << 10);
  }

  @Test
  void eachIsHeldAgainstItsOwnKind() {
    assertThat(more(820, 80)).isEmpty();
    assertThat(more(780, 85)).as("25 MiB are 3 % of what is resident").contains("alive");
    assertThat(more(830, 60)).contains("resident").doesNotContain("alive");
    assertThat(more(900, 100)).contains("resident").contains("alive");
  }
}
