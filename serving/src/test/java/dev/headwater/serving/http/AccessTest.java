package dev.headwater.serving.http;

import static org.assertj.core.api.Assertions.assertThat;

import com.linecorp.armeria.common.HttpMethod;
import dev.headwater.access.AccessConfig;
import dev.headwater.access.KeyLine;
import dev.headwater.access.Outgoing;
import dev.headwater.access.Principal;
import dev.headwater.access.Rates;
import dev.headwater.access.Role;
import dev.headwater.access.Secrets;
import dev.headwater.serving.config.Protection;
import java.net.http.HttpRequest;
import java.security.SecureRandom;
import java.time.Duration;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** Every route of the table, asked without a key and with a key of every role. */
class AccessTest {
  private static final Duration RELOAD = Duration.ofSeconds(5);

  private final Map<String, String> keys = new LinkedHashMap<>();
  private final TestNode node = TestNode.withItems(protection());

  private Protection protection() {
    for (Role role : Role.values()) {
      keys.put(role.text(), Secrets.newKey(new SecureRandom()));
      keys.put(role.text() + "-of-empty", Secrets.newKey(new SecureRandom()));
    }
    List<String> lines =
        keys.entrySet().stream().map(each -> line(each.getKey(), each.getValue())).toList();
    return new Protection(
        new AccessConfig(lines, null, null, RELOAD),
        null,
        Rates.ANY,
        Map.of(),
        Outgoing.NONE,
        Map.of("serving.port", "8080", "kafka.client.\"sasl.jaas.config\"", "***"));
  }

  private static String line(String name, String key) {
    String[] parts = name.split("-of-", -1);
    Set<String> domains = Set.of(parts.length > 1 ? parts[1] : "*");
    Principal principal = new Principal(name, Role.parse(parts[0]), domains, null, false);
    return new KeyLine(principal, Secrets.sha256(key)).format();
  }

  @AfterEach
  void stop() {
    node.close();
  }

  private TestNode.Got call(ApiRoute route, String domain, @Nullable String authorization) {
    String path =
        route
            .path()
            .replace("{domain}", domain)
            .replace("{user}", "ann")
            .replace("{item}", "a")
            .replace("{file}", "app.js");
    HttpRequest.Builder request = node.request(path);
    if (authorization != null) {
      request.header("authorization", authorization);
    }
    if (route.method() == HttpMethod.GET) {
      return node.send(request.GET().build());
    }
    if (route.method() == HttpMethod.DELETE) {
      return node.send(request.DELETE().build());
    }
    return node.send(
        request
            .header("content-type", "application/json")
            .POST(HttpRequest.BodyPublishers.ofString("{}"))
            .build());
  }

  private String bearer(String name) {
    return "Bearer " + keys.get(name);
  }

  private static String challenge(TestNode.Got got) {
    return got.http().headers().firstValue("www-authenticate").orElse("");
  }

  private static void isProblem(ApiRoute route, TestNode.Got got, int status, String code) {
    assertThat(got.status()).as(route.name()).isEqualTo(status);
    assertThat(got.code()).as(route.name()).isEqualTo(code);
    assertThat(got.http().headers().firstValue("content-type").orElse(""))
        .startsWith("application/problem+json");
    assertThat(got.body().path("status").asInt()).isEqualTo(status);
  }

  @Test
  void everyRouteButTheOpenOnesAsksForAKey() {
    for (ApiRoute route : node.table()) {
      TestNode.Got without = call(route, TestNode.SHOP, null);
      TestNode.Got unknown = call(route, TestNode.SHOP, "Bearer hw_canary");
      if (route.role() == null) {
        assertThat(without.status()).as(route.path()).isIn(200, 302, 307, 308);
        assertThat(unknown.status()).as(route.path()).isEqualTo(without.status());
        continue;
      }
      isProblem(route, without, 401, "unauthenticated");
      assertThat(challenge(without)).isEqualTo("Bearer realm=\"headwater\"");
      isProblem(route, unknown, 401, "unauthenticated");
      assertThat(challenge(unknown)).contains("error=\"invalid_token\"");
      assertThat(unknown.http().body()).doesNotContain("canary");
    }
  }

  @Test
  void everyRouteTakesItsRoleAndWiderOnesAndNoOther() {
    for (ApiRoute route : node.table()) {
      for (Role role : Role.values()) {
        TestNode.Got got = call(route, TestNode.SHOP, bearer(role.text()));
        Role needed = route.role();
        if (needed == null || role.covers(needed)) {
          assertThat(got.code())
              .as(route.name() + " as " + role)
              .isNotIn("unauthenticated", "forbidden", "unknown_domain", "not_found");
        } else {
          isProblem(route, got, 403, "forbidden");
          assertThat(challenge(got))
              .contains("insufficient_scope")
              .contains("scope=\"" + needed.text() + "\"");
        }
      }
    }
  }

  @Test
  void aKeyOfOneDomainCannotTellAnotherDomainFromNone() {
    for (ApiRoute route : node.table()) {
      TestNode.Got other = call(route, TestNode.SHOP, bearer("operator-of-empty"));
      if (route.role() == null) {
        assertThat(other.status()).as(route.path()).isIn(200, 302, 307, 308);
      } else if (route.filtered()) {
        assertThat(other.body().findValuesAsText("domain")).containsExactly("empty");
      } else if (route.acrossDomains()) {
        isProblem(route, other, 403, "forbidden");
      } else {
        isProblem(route, other, 404, "unknown_domain");
        TestNode.Got none = call(route, "nobodys", bearer("operator"));
        assertThat(other.http().body()).as(route.name()).isEqualTo(none.http().body());
        TestNode.Got own = call(route, "empty", bearer("operator-of-empty"));
        assertThat(own.code()).as(route.name()).isNotEqualTo("unknown_domain");
      }
    }
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
    return node.table().stream().filter(route -> route.role() == role).map(ApiRoute::name).toList();
  }

  @Test
  void takesAKeyFromItsOwnHeaderToo() {
    HttpRequest request =
        node.request("/v1/domains/shop/versions")
            .header("X-API-Key", String.valueOf(keys.get("read")))
            .build();
    assertThat(node.send(request).status()).isEqualTo(200);
  }

  @Test
  void anOperatorSeesTheConfigurationWithoutSecrets() {
    HttpRequest request =
        node.request("/v1/config").header("authorization", bearer("operator")).build();
    TestNode.Got got = node.send(request);
    assertThat(got.body().at("/config/serving.port").asText()).isEqualTo("8080");
    assertThat(got.http().body()).contains("sasl.jaas.config").contains("***");
  }

  @Test
  void keysAreInNoMetric() {
    for (ApiRoute route : node.table()) {
      call(route, TestNode.SHOP, null);
      keys.values().forEach(key -> call(route, TestNode.SHOP, "Bearer " + key));
    }
    String metrics = node.registry.scrape();
    assertThat(metrics).contains("code=\"unauthenticated\"").contains("code=\"forbidden\"");
    keys.values().forEach(key -> assertThat(metrics).doesNotContain(key));
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
          node.request(path).header("authorization", bearer("operator-of-empty")).build();
      assertThat(node.send(request).status()).as(path).isIn(400, 404);
    }
  }
}
