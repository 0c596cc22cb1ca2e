package dev.headwater.http;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.linecorp.armeria.common.HttpMethod;
import dev.headwater.access.AccessConfig;
import dev.headwater.access.KeyLine;
import dev.headwater.access.Principal;
import dev.headwater.access.Role;
import dev.headwater.access.Secrets;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.security.SecureRandom;
import java.time.Duration;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

/**
 * What every door promises its callers, proved with each route of its own table and each role: one
 * subclass a door.
 */
public abstract class AbstractAccessTest {
  private static final Duration RELOAD = Duration.ofSeconds(5);

  /** A domain that the keys named {@code …-of-own} may name; another one is not theirs. */
  protected static final String OWN = "empty";

  /** A domain that is there and that keys of one domain may not name. */
  protected static final String OTHER = "shop";

  private final Map<String, String> keys = new LinkedHashMap<>();
  private final HttpClient client = HttpClient.newHttpClient();

  /** An answer as a caller sees it. */
  protected record Got(int status, JsonNode body, HttpResponse<String> http) {
    /** Returns the problem's code, empty for no problem. */
    public String code() {
      return body.path("code").asText();
    }

    /** Returns a header, empty when there is none. */
    public String header(String name) {
      return http.headers().firstValue(name).orElse("");
    }
  }

  /** Returns every route of the door. */
  protected abstract List<ApiRoute> table();

  /** Returns where the door is. */
  protected abstract URI base();

  /** Returns a path that a route serves, about a domain if the route is. */
  protected abstract String path(ApiRoute route, String domain);

  /** Returns the keys to start the door with: a key of every role, and one for {@link #OWN}. */
  protected final AccessConfig access() {
    List<String> lines = new ArrayList<>();
    for (Role role : Role.values()) {
      lines.add(line(role.text(), role, Principal.ALL_DOMAINS));
      lines.add(line(role.text() + "-of-own", role, OWN));
    }
    return new AccessConfig(lines, null, null, RELOAD);
  }

  private String line(String name, Role role, String domain) {
    String key = Secrets.newKey(new SecureRandom());
    keys.put(name, key);
    Principal principal = new Principal(name, role, Set.of(domain), null, false);
    return new KeyLine(principal, Secrets.sha256(key)).format();
  }

  /** Returns every key. */
  protected final Iterable<String> keys() {
    return keys.values();
  }

  /** Returns what header {@code Authorization} says for the key of a name. */
  protected final String bearer(String name) {
    return "Bearer " + keys.get(name);
  }

  /** Calls a route with an empty JSON object where it takes a body. */
  protected final Got call(ApiRoute route, String domain, @Nullable String authorization) {
    HttpRequest.Builder request = HttpRequest.newBuilder(base().resolve(path(route, domain)));
    if (authorization != null) {
      request.header("authorization", authorization);
    }
    boolean posted = route.method() == HttpMethod.POST;
    if (posted) {
      request.header("content-type", "application/json");
    }
    request.method(
        route.method().name(),
        posted ? HttpRequest.BodyPublishers.ofString("{}") : HttpRequest.BodyPublishers.noBody());
    return send(request.build());
  }

  /** Sends a request. */
  protected final Got send(HttpRequest request) {
    try {
      HttpResponse<String> got = client.send(request, HttpResponse.BodyHandlers.ofString());
      boolean json = got.headers().firstValue("content-type").orElse("").contains("json");
      return new Got(got.statusCode(), Json.MAPPER.readTree(json ? got.body() : "{}"), got);
    } catch (IOException e) {
      throw new AssertionError(e);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new AssertionError(e);
    }
  }

  private static String challenge(Got got) {
    return got.header("www-authenticate");
  }

  /** Asserts that an answer is a problem of a route. */
  protected static void isProblem(ApiRoute route, Got got, int status, String code) {
    assertThat(got.status()).as(route.name()).isEqualTo(status);
    assertThat(got.code()).as(route.name()).isEqualTo(code);
    assertThat(got.header("content-type")).startsWith("application/problem+json");
    assertThat(got.body().path("type").asText()).isEqualTo("urn:headwater:problem:" + code);
    assertThat(got.body().path("status").asInt()).isEqualTo(status);
  }

  @Test
  void everyRouteButTheOpenOnesAsksForAKey() {
    for (ApiRoute route : table()) {
      Got without = call(route, OTHER, null);
      Got unknown = call(route, OTHER, "Bearer hw_canary");
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
    for (ApiRoute route : table()) {
      for (Role role : Role.values()) {
        Got got = call(route, OTHER, bearer(role.text()));
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
    for (ApiRoute route : table()) {
      Got other = call(route, OTHER, bearer("operator-of-own"));
      if (route.role() == null) {
        assertThat(other.status()).as(route.path()).isIn(200, 302, 307, 308);
      } else if (route.filtered()) {
        assertThat(other.body().findValuesAsText("domain")).containsExactly(OWN);
      } else if (route.acrossDomains()) {
        isProblem(route, other, 403, "forbidden");
      } else {
        isProblem(route, other, 404, "unknown_domain");
        Got none = call(route, "nobodys", bearer("operator"));
        assertThat(other.http().body()).as(route.name()).isEqualTo(none.http().body());
        assertThat(call(route, OWN, bearer("operator-of-own")).code())
            .as(route.name())
            .isNotEqualTo("unknown_domain");
      }
    }
  }

  /** A browser sends these without asking, from any page, to whatever listens on its machine. */
  @Test
  void aFormOfAWebPageChangesNothing() {
    for (ApiRoute route : table()) {
      if (route.method() != HttpMethod.POST) {
        continue;
      }
      for (String type :
          List.of("text/plain", "application/x-www-form-urlencoded", "multipart/form-data")) {
        HttpRequest form =
            HttpRequest.newBuilder(base().resolve(path(route, OTHER)))
                .header("authorization", bearer("operator"))
                .header("content-type", type)
                .POST(HttpRequest.BodyPublishers.ofString("{}"))
                .build();
        isProblem(route, send(form), 415, "wrong_content_type");
      }
      HttpRequest bare =
          HttpRequest.newBuilder(base().resolve(path(route, OTHER)))
              .header("authorization", bearer("operator"))
              .POST(HttpRequest.BodyPublishers.noBody())
              .build();
      isProblem(route, send(bare), 415, "wrong_content_type");
    }
  }

  @Test
  void takesAKeyFromItsOwnHeaderToo() {
    ApiRoute route =
        table().stream().filter(each -> each.role() == Role.READ).findFirst().orElseThrow();
    HttpRequest request =
        HttpRequest.newBuilder(base().resolve(path(route, OTHER)))
            .header("X-API-Key", String.valueOf(keys.get("operator")))
            .build();
    assertThat(send(request).code()).isNotIn("unauthenticated", "forbidden");
  }

  @Test
  void saysWhichPathsAndMethodsThereAre() {
    ApiRoute route =
        table().stream().filter(each -> each.method() == HttpMethod.GET).findFirst().orElseThrow();
    Got nothing = send(HttpRequest.newBuilder(base().resolve("/v2/nothing")).build());
    isProblem(route, nothing, 404, "not_found");
    HttpRequest put =
        HttpRequest.newBuilder(base().resolve(path(route, OTHER)))
            .PUT(HttpRequest.BodyPublishers.ofString("{}"))
            .build();
    isProblem(route, send(put), 405, "method_not_allowed");
  }
}
