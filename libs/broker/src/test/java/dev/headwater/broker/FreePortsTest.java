package dev.headwater.broker;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.net.InetAddress;
import java.net.ServerSocket;
import java.util.List;
import org.junit.jupiter.api.Test;

class FreePortsTest {
  @Test
  void portsDifferAndLieBelowThoseOfOutgoingConnections() throws Exception {
    List<Integer> ports = FreePorts.take(100);
    assertThat(ports).doesNotHaveDuplicates().hasSize(100);
    for (int port : ports) {
      assertThat(port).isBetween(1_024, 32_767);
      new ServerSocket(port, 1, InetAddress.getLoopbackAddress()).close();
    }
  }

  @Test
  void aPortThatIsTakenIsNamed() throws Exception {
    int port = FreePorts.next();
    try (ServerSocket taken = new ServerSocket(port, 1, InetAddress.getLoopbackAddress())) {
      assertThatThrownBy(() -> FreePorts.require(taken.getLocalPort()))
          .hasMessageContaining("port " + port + " is taken");
    }
    FreePorts.require(port);
  }
}
