package dev.headwater.store;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

class PeerHealthTest {
  private static PrimaryWatch.Peer read(String status, String role, String node) {
    return PeerHealth.read(
        "m", "{\"status\":\"%s\",\"role\":\"%s\",\"node\":\"%s\"}".formatted(status, role, node));
  }

  @Test
  void onlyOneThatAnnouncesAndIsWellIsThePrimary() {
    assertThat(read("up", "primary", "z")).isEqualTo(PrimaryWatch.Peer.PRIMARY);
    assertThat(read("down", "primary", "z")).isEqualTo(PrimaryWatch.Peer.GONE);
    assertThat(read("down", "fenced", "a")).isEqualTo(PrimaryWatch.Peer.GONE);
  }

  @Test
  void ofTwoThatStandByTheOneWhoseNameComesFirstGoesFirst() {
    assertThat(read("up", "standby", "a")).isEqualTo(PrimaryWatch.Peer.STANDBY_BEFORE);
    assertThat(read("up", "standby", "z")).isEqualTo(PrimaryWatch.Peer.GONE);
  }

  @Test
  void anythingElseIsNoPrimary() {
    assertThat(PeerHealth.read("m", "<html>")).isEqualTo(PrimaryWatch.Peer.GONE);
    assertThat(PeerHealth.read("m", "{\"status\":\"up\"}"))
        .as("an older release has no role")
        .isEqualTo(PrimaryWatch.Peer.GONE);
  }
}
