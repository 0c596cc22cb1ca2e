package dev.headwater.store.admin;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.headwater.access.Outgoing;
import dev.headwater.store.table.StoreException;
import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.URI;
import java.net.http.HttpConnectTimeoutException;
import java.net.http.HttpTimeoutException;
import java.time.Duration;
import java.util.concurrent.TimeoutException;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

@Timeout(30)
class StoreClientTest {
  private static final StoreCall ORDER = StoreCall.unpin("shop", "why", "who");

  /** It takes the order and says nothing, as one that rolls back millions of rows. */
  @Test
  void anOrderThatIsNotAnsweredInTimeMayStillBeUnderWay() throws IOException {
    try (ServerSocket busy = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
      StoreClient client = new StoreClient(at(busy), Outgoing.NONE);
      assertThatThrownBy(() -> client.begin(ORDER, Duration.ofMillis(300)).join())
          .hasCauseInstanceOf(StoreException.class)
          .hasMessageContaining("has not answered in time")
          .hasMessageContaining("may still be under way");
    }
  }

  /** The client's own clock and the whole answer's go off together: either may be first. */
  @Test
  void whicheverClockGoesOffFirstAnOrderThatWasSentMayBeUnderWay() {
    URI store = URI.create("http://127.0.0.1:7");
    assertThat(StoreClient.unanswered(store, new TimeoutException()))
        .hasCauseInstanceOf(TimeoutException.class)
        .hasMessageContaining("may still be under way");
    assertThat(StoreClient.unanswered(store, new HttpTimeoutException("request timed out")))
        .hasCauseInstanceOf(TimeoutException.class)
        .hasMessageContaining("may still be under way");
    assertThat(StoreClient.unanswered(store, new HttpConnectTimeoutException("not connected")))
        .hasCauseInstanceOf(HttpConnectTimeoutException.class)
        .hasMessageContaining("no store answers");
  }

  @Test
  void whereNobodyListensNothingIsUnderWay() throws IOException {
    URI closed;
    try (ServerSocket socket = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
      closed = at(socket);
    }
    StoreClient client = new StoreClient(closed, Outgoing.NONE);
    assertThatThrownBy(() -> client.begin(ORDER, Duration.ofSeconds(5)).join())
        .hasMessageContaining("no store answers at " + closed);
  }

  private static URI at(ServerSocket socket) {
    return URI.create("http://127.0.0.1:" + socket.getLocalPort());
  }
}
