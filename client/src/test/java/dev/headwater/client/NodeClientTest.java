package dev.headwater.client;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.fasterxml.jackson.databind.JsonNode;
import java.io.IOException;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** Calls about a node and of those who look after a domain: what is asked, and what refused. */
class NodeClientTest {
  private final ScriptedServer server;

  NodeClientTest() throws IOException {
    server = new ScriptedServer();
  }

  @AfterEach
  void stop() {
    server.close();
  }

  @Test
  void aNodeThatIsNotReadySaysWhy() {
    server.thenAnswer(
        503,
        "{\"ready\":false,\"fraction_loaded\":0.4,\"staleness_seconds\":0.0,"
            + "\"waiting_for\":[\"toys\"]}");
    var readiness = server.node(3).readiness();
    assertThat(readiness.ready()).isFalse();
    assertThat(readiness.fractionLoaded()).isEqualTo(0.4);
    assertThat(readiness.waitingFor()).containsExactly("toys");
    assertThat(readiness.failure()).isNull();
    assertThat(server.asked).hasSize(1);
  }

  @Test
  void aNodeThatIsDownSaysWhy() {
    server.thenAnswer(503, "{\"status\":\"down\",\"why\":\"a follower stopped\"}");
    assertThat(server.node(1).health().why()).isEqualTo("a follower stopped");
  }

  @Test
  void aKeyThatIsNotEnoughIsRefusedThereToo() {
    server.thenProblem(403, "forbidden");
    assertThatThrownBy(() -> server.node(3).lag()).hasMessageContaining("forbidden");
    assertThatThrownBy(() -> server.node(3).configuration()).hasMessageContaining("forbidden");
    assertThatThrownBy(() -> server.node(3).domains()).hasMessageContaining("forbidden");
    assertThat(server.asked)
        .extracting(ScriptedServer.Asked::path)
        .containsExactly("/v1/lag", "/v1/config", "/v1/domains");
  }

  @Test
  void looksNameWhatTheyWant() {
    server.thenAnswer(200, "{\"items\":[],\"users\":[],\"windows\":[],\"domain\":\"a b\"}");
    DomainClient domain = server.node(1).domain("a b");
    domain.findItems("wooden train", 5, true);
    domain.refusedItems(3);
    domain.findUsers("al/", 2);
    domain.history("ann/1");
    domain.quality(7, 9);
    domain.denied(4);
    assertThat(server.asked)
        .extracting(ScriptedServer.Asked::path)
        .containsExactly(
            "/v1/domains/a%20b/items?query=wooden%20train&count=5&newest=true",
            "/v1/domains/a%20b/items/rejected?count=3",
            "/v1/domains/a%20b/users?prefix=al%2F&count=2",
            "/v1/domains/a%20b/users/ann%2F1/history",
            "/v1/domains/a%20b/quality?since_ms=7&count=9",
            "/v1/domains/a%20b/denied?count=4");
  }

  @Test
  void operatorsSayWhatAndWhy() throws IOException {
    server.thenAnswer(
        200,
        "{\"domain\":\"shop\",\"model\":\"m\",\"indexParameters\":\"\",\"announced\":7,"
            + "\"latest\":9,\"pinned\":true,\"retracted\":[8],\"items\":1,\"denied\":2}");
    DomainClient shop = server.node(1).domain("shop");
    assertThat(shop.pin(7, "worse", "ann").announced()).isEqualTo(7);
    assertThat(shop.unpin("better", "ann").pinned()).isTrue();
    assertThat(shop.rollback(7, "worse", "ann").retracted()).containsExactly(8L);
    assertThat(shop.deny(List.of("a"), "recalled", "ann").denied()).isEqualTo(2);
    assertThat(shop.allow(List.of("a"), "mended", "ann").items()).isEqualTo(1);
    assertThat(server.asked)
        .extracting(ScriptedServer.Asked::path)
        .containsExactly(
            "/v1/domains/shop/pin",
            "/v1/domains/shop/unpin",
            "/v1/domains/shop/rollback",
            "/v1/domains/shop/deny",
            "/v1/domains/shop/allow");
    JsonNode pin = Calls.JSON.readTree(server.asked.get(0).body());
    assertThat(pin)
        .isEqualTo(Calls.JSON.readTree("{\"version\":7,\"why\":\"worse\",\"who\":\"ann\"}"));
    JsonNode deny = Calls.JSON.readTree(server.asked.get(3).body());
    assertThat(deny.at("/items/0").asText()).isEqualTo("a");
  }
}
