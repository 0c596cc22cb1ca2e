package dev.headwater.serving.http;

import static org.assertj.core.api.Assertions.assertThat;

import dev.headwater.access.Outgoing;
import dev.headwater.access.Rates;
import dev.headwater.access.Role;
import dev.headwater.http.AbstractAccessTest;
import dev.headwater.http.ApiRoute;
import dev.headwater.serving.config.Protection;
import java.net.URI;
import java.net.http.HttpRequest;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** Every route of a serving node, asked without a key and with a key of every role. */
class AccessTest extends AbstractAccessTest {
  private final TestNode node = TestNode.withItems(protection());

  private Protection protection() {
    return new Protection(
        access(),
        null,
        Rates.ANY,
        Map.of(),
        Outgoing.NONE,
        Map.of("serving.port", "8080", "kafka.client.\"sasl.jaas.config\"", "***"));
  }

  @AfterEach
  void stop() {
    node.close();
  }

  @Override
  protected List<ApiRoute> table() {
    return node.table();
  }

  @Override
  protected URI base() {
    return URI.create("http://127.0.0.1:" + node.port());
  }

  @Override
  protected String path(ApiRoute route, String domain) {
    return route
        .path()
        .replace("{domain}", domain)
        .replace("{user}", "ann")
        .replace("{item}", "a")
        .replace("{file}", "app.js");
  }

  @Test
  void onlyTheseNeedNoKeyAndTheseNeedAnOperator() {
    assertThat(names(null))
        .filteredOn(name -> !name.startsWith("console"))
        .containsExactlyInAnyOrder("health", "ready", "openapi", "landing");
    assertThat(names(Role.OPERATOR))
        .contains("pin", "unpin", "rollback", "deny", "allow", "config");
    assertThat(names(Role.MERCHANT))
        .contains("events", "items", "remove_item", "find_users", "user_history");
  }

  private List<String> names(@Nullable Role role) {
    return table().stream().filter(route -> route.role() == role).map(ApiRoute::name).toList();
  }

  @Test
  void anOperatorSeesTheConfigurationWithoutSecrets() {
    Got got = send(node.request("/v1/config").header("authorization", bearer("operator")).build());
    assertThat(got.body().at("/config/serving.port").asText()).isEqualTo("8080");
    assertThat(got.http().body()).contains("sasl.jaas.config").contains("***");
  }

  @Test
  void keysAreInNoMetric() {
    for (ApiRoute route : table()) {
      call(route, OTHER, null);
      keys().forEach(key -> call(route, OTHER, "Bearer " + key));
    }
    String metrics = node.registry.scrape();
    assertThat(metrics).contains("code=\"unauthenticated\"").contains("code=\"forbidden\"");
    keys().forEach(key -> assertThat(metrics).doesNotContain(key));
  }

  @Test
  void thePathIsTheDomainThatWasChecked() {
    for (String path :
        Arrays.asList(
            "/v1/domains/sho%70/versions",
            "/v1/domains/empty/../shop/versions",
            "//v1/domains/shop/versions",
            "/v1/domains/empty%2F..%2Fshop/versions",
            "/v1/domains/shop/versions;x=empty",
            "/v1/domains/shop/versions?domain=empty")) {
      HttpRequest request =
          node.request(path).header("authorization", bearer("operator-of-own")).build();
      assertThat(send(request).status()).as(path).isIn(400, 404);
    }
  }
}
