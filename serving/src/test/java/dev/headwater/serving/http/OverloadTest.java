package dev.headwater.serving.http;

import static org.assertj.core.api.Assertions.assertThat;

import dev.headwater.serving.config.ServingLimits;
import java.io.OutputStream;
import java.net.InetAddress;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

/** Who is let in, and what the others hear. */
class OverloadTest {
  private static final String PATH = "/v1/domains/shop/users/ann/recommendations";

  private static ServingLimits limits(int clientRate) {
    return ServingLimits.of(
        Map.of("workers", 1, "queue", 1, "connections", 100, "client-rate", clientRate));
  }

  @Test
  void aClientThatSendsTooMuchHears429AndWhenToComeBack() {
    try (TestNode node = new TestNode(limits(3))) {
      List<Integer> statuses = new ArrayList<>();
      TestNode.Got last = node.get(PATH);
      statuses.add(last.status());
      for (int i = 0; i < 200 && last.status() == 200; i++) { // a busy machine asks slowly
        last = node.get(PATH);
        statuses.add(last.status());
      }
      assertThat(statuses).startsWith(200, 200, 200).endsWith(429);
      assertThat(last.code()).isEqualTo("rate_limited");
      assertThat(last.http().headers().firstValue("retry-after")).contains("1");
      assertThat(node.get("/health").status()).isEqualTo(200);
    }
  }

  /** More clients than may be inside send half a body: they wait outside and block nobody. */
  @Test
  void slowClientsBlockNobody() throws Exception {
    List<Socket> slow = new ArrayList<>();
    try (TestNode node = new TestNode(limits(0))) {
      for (int i = 0; i < 10; i++) {
        Socket socket = new Socket(InetAddress.getLoopbackAddress(), node.port());
        OutputStream out = socket.getOutputStream();
        out.write(
            ("POST /v1/domains/shop/recommendations HTTP/1.1\r\nhost: x\r\n"
                    + "content-type: application/json\r\ncontent-length: 100\r\n\r\n{\"history\"")
                .getBytes(StandardCharsets.US_ASCII));
        out.flush();
        slow.add(socket);
      }
      assertThat(node.get(PATH).status()).isEqualTo(200);
    } finally {
      for (Socket socket : slow) {
        socket.close();
      }
    }
  }
}
