package dev.headwater.access;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class GateTest {
  private static final Duration SOON = Duration.ofMillis(20);

  @TempDir Path folder;

  static String line(String name, String role, String key) {
    return name + " " + role + " * sha256:" + Secrets.hex(Secrets.sha256(key));
  }

  private static Gate gate(String... lines) {
    return new Gate("test", new AccessConfig(List.of(lines), null, null, SOON));
  }

  private static boolean knows(Gate gate, String key) {
    try {
      return gate.admit(null, key) != null;
    } catch (UnauthenticatedException e) {
      return false;
    }
  }

  @Test
  void takesAKeyFromEitherHeader() throws Exception {
    try (Gate gate = gate(line("ann", "read", "k1"), line("bob", "operator", "k2"))) {
      assertThat(gate.admit("Bearer k2", null).name()).isEqualTo("bob");
      assertThat(gate.admit("bearer   k2 ", null).role()).isEqualTo(Role.OPERATOR);
      assertThat(gate.admit(null, "k1").name()).isEqualTo("ann");
      assertThat(gate.admit("Bearer k2", "k1").name()).isEqualTo("bob");
    }
  }

  @Test
  void refusesEverythingElseWithoutRepeatingIt() {
    try (Gate gate = gate(line("ann", "read", "k1"))) {
      assertThatThrownBy(() -> gate.admit(null, null))
          .isInstanceOf(UnauthenticatedException.class)
          .extracting(e -> ((UnauthenticatedException) e).challenge())
          .isEqualTo("Bearer realm=\"headwater\"");
      for (String bad : List.of("canary", "Bearer canary", "Basic k1", "Bearer", "k1", "Bearer ")) {
        assertThatThrownBy(() -> gate.admit(bad, null))
            .as(bad)
            .isInstanceOf(UnauthenticatedException.class)
            .hasMessageNotContaining("canary")
            .extracting(e -> ((UnauthenticatedException) e).challenge())
            .asString()
            .contains("invalid_token");
      }
    }
  }

  @Test
  void withoutKeysEverybodyMayDoEverything() throws Exception {
    try (Gate gate = new Gate("test", AccessConfig.OPEN)) {
      assertThat(gate.isOpen()).isTrue();
      assertThat(gate.admit(null, null)).isEqualTo(Principal.ANYONE);
    }
  }

  @Test
  void aKeyFileIsReadAgainAndABadOneChangesNothing() throws IOException {
    Path file = folder.resolve("keys");
    Files.writeString(file, "# keys\n\n" + line("ann", "read", "k1") + "\n");
    try (Gate gate = new Gate("test", new AccessConfig(List.of(), file, null, SOON))) {
      assertThat(knows(gate, "k1")).isTrue();
      replace(file, line("bob", "read", "k2"));
      await().untilAsserted(() -> assertThat(knows(gate, "k2")).isTrue());
      assertThat(knows(gate, "k1")).as("a key that was taken out").isFalse();
      replace(file, "not a line");
      replace(file, line("ann", "read", "k3") + "\n" + line("ann", "read", "k4"));
      assertThat(knows(gate, "k2")).isTrue();
      replace(file, line("cid", "read", "k5"));
      await().untilAsserted(() -> assertThat(knows(gate, "k5")).isTrue());
      assertThat(knows(gate, "k3")).isFalse();
    }
  }

  /**
   * In one step: a file that is written over is empty for a moment, which says that nobody has a
   * key.
   */
  private void replace(Path file, String text) throws IOException {
    Path other = Files.writeString(folder.resolve("next"), text);
    Files.move(other, file, StandardCopyOption.ATOMIC_MOVE);
  }

  @Test
  void aMissingFileOrANameTwiceRefusesToStart() {
    AccessConfig missing = new AccessConfig(List.of(), folder.resolve("none"), null, SOON);
    assertThatThrownBy(() -> new Gate("test", missing))
        .isInstanceOf(AccessSetupException.class)
        .hasMessageContaining("none");
    assertThatThrownBy(() -> gate(line("ann", "read", "k1"), line("ann", "read", "k2")))
        .isInstanceOf(AccessSetupException.class)
        .hasMessageContaining("ann");
  }
}
