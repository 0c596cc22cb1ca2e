package dev.headwater.serving.http;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowable;

import dev.headwater.access.Outgoing;
import dev.headwater.http.ApiException;
import dev.headwater.store.admin.StoreCall;
import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.URI;
import java.time.Duration;
import java.util.concurrent.CompletableFuture;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** What an operator hears of an order that may be done or not. */
@Timeout(60)
class StoreCallsTest {
  @Test
  void anOrderThatTakesLongMayStillBeDoneAndAnUnheardOneIsNot() throws IOException {
    StoreCalls calls;
    try (ServerSocket hung = new ServerSocket(0, 10, InetAddress.getLoopbackAddress())) {
      calls = calls(hung);
      assertCode(calls.order(StoreCall.pin("shop", 1, "why", "ann")), "order_unconfirmed");
      assertCode(calls.ask(StoreCall.announced()), "store_unreachable");
    }
    assertCode(calls.order(StoreCall.pin("shop", 1, "why", "ann")), "store_unreachable");
  }

  private static StoreCalls calls(ServerSocket store) {
    return new StoreCalls(
        URI.create("http://127.0.0.1:" + store.getLocalPort()),
        null,
        Outgoing.NONE,
        Duration.ofSeconds(3),
        Duration.ofSeconds(4));
  }

  private static void assertCode(CompletableFuture<?> answer, String code) {
    assertThat(catchThrowable(answer::join).getCause())
        .isInstanceOf(ApiException.class)
        .extracting("code")
        .isEqualTo(code);
  }
}
