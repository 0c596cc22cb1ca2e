package dev.headwater.http;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.headwater.access.Role;
import dev.headwater.http.TestServer.Got;
import java.net.URLEncoder;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.Set;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** The same wish in a query and in a body is read alike, and refused alike. */
class ParametersTest {
  private static final Set<String> FIELDS =
      Set.of("limit", "diversity", "debug", "since", "note", "exclude", "brands");

  private static TestServer server;

  @BeforeAll
  static void start() {
    server =
        TestServer.open(
            TestServer.SMALL,
            ApiRoute.get(Role.READ, "query", "/wish", ParametersTest::ofQuery),
            ApiRoute.post(Role.READ, "body", "/wish", request -> read(request.body(FIELDS))));
  }

  @AfterAll
  static void stop() {
    server.close();
  }

  private static Object ofQuery(ApiRequest request) {
    request.allow(FIELDS);
    return read(request);
  }

  private static Map<String, Object> read(Parameters wish) {
    Map<String, Object> read = new LinkedHashMap<>();
    read.put("limit", wish.integer("limit", 10, 1, 100));
    read.put("diversity", wish.fraction("diversity", 1));
    read.put("debug", wish.flag("debug"));
    read.put("since", String.valueOf(wish.optionalInteger64("since")));
    read.put("note", String.valueOf(wish.optionalText("note")));
    read.put("exclude", wish.ids("exclude", 3));
    read.put("brands", wish.texts("brands", 3));
    return read;
  }

  private static Got byQuery(Map<String, List<String>> wish) {
    List<String> pairs = new ArrayList<>();
    wish.forEach(
        (name, values) ->
            values.forEach(value -> pairs.add(name + "=" + URLEncoder.encode(value, UTF_8))));
    return server.get("/wish?" + String.join("&", pairs));
  }

  private static Got byBody(ObjectNode wish) {
    return server.post("/wish", wish.toString());
  }

  /** Adds a value to both, good more often than not. */
  private static void add(
      Random random, String name, Map<String, List<String>> query, ObjectNode body) {
    switch (name) {
      case "limit" -> {
        int value = random.nextInt(130) - 15;
        query.put(name, List.of("" + value));
        body.put(name, value);
      }
      case "diversity" -> {
        double value = random.nextInt(12) / 8.0 - 0.125;
        query.put(name, List.of("" + value));
        body.put(name, value);
      }
      case "debug" -> {
        boolean value = random.nextBoolean();
        query.put(name, List.of("" + value));
        body.put(name, value);
      }
      case "since" -> {
        long value = random.nextLong();
        query.put(name, List.of("" + value));
        body.put(name, value);
      }
      case "note" -> {
        String value = "é&= \u20ac+%".substring(random.nextInt(6));
        query.put(name, List.of(value));
        body.put(name, value);
      }
      default -> {
        List<String> values = new ArrayList<>();
        for (int i = random.nextInt(5); i > 0; i--) {
          values.add(random.nextInt(9) == 0 ? "x".repeat(300) : "item/" + random.nextInt(50) + "ü");
        }
        query.put(name, values);
        values.forEach(body.withArray(name)::add);
      }
    }
  }

  @ParameterizedTest
  @ValueSource(longs = {1, 2, 3})
  void aWishIsTheSameInAQueryAndInABody(long seed) {
    Random random = new Random(seed);
    int good = 0;
    int bad = 0;
    for (int i = 0; i < 100; i++) {
      Map<String, List<String>> query = new LinkedHashMap<>();
      ObjectNode body = Json.MAPPER.createObjectNode();
      for (String name : FIELDS.stream().sorted().toList()) {
        if (random.nextInt(3) == 0) {
          add(random, name, query, body);
        }
      }
      Got queried = byQuery(query);
      Got posted = byBody(body);
      String as = "seed %d, wish %d: %s".formatted(seed, i, body);
      assertThat(posted.status()).as(as).isEqualTo(queried.status()).isIn(200, 400);
      if (posted.status() == 200) {
        good++;
        assertThat(posted.body()).as(as).isEqualTo(queried.body());
      } else {
        bad++;
        assertThat(posted.code()).as(as).isEqualTo(queried.code()).startsWith("bad_");
      }
    }
    assertThat(good).isGreaterThan(20);
    assertThat(bad).isGreaterThan(10);
  }

  @Test
  void whatIsNotGivenIsAsItWasAgreed() {
    Got got = byQuery(Map.of());
    assertThat(got.body()).isEqualTo(byBody(Json.MAPPER.createObjectNode()).body());
    assertThat(got.http().body())
        .isEqualTo(
            "{\"limit\":10,\"diversity\":0.0,\"debug\":false,\"since\":\"null\",\"note\":\"null\","
                + "\"exclude\":[],\"brands\":[]}");
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "limit=",
        "limit=1.0",
        "limit=0x10",
        "limit=1&limit=2",
        "limit=99999999999",
        "diversity=NaN",
        "diversity=Infinity",
        "diversity=-0.1",
        "diversity=half",
        "debug=TRUE",
        "debug=1",
        "since=9223372036854775808",
        "note=a&note=b",
        "brands=a&brands=b&brands=c&brands=d"
      })
  void aQueryThatIsWrongNamesItsParameter(String query) {
    Got got = server.get("/wish?" + query);
    assertThat(got.status()).isEqualTo(400);
    assertThat(got.code()).isEqualTo("bad_" + query.substring(0, query.indexOf('=')));
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "limit:\"5\"",
        "limit:5.0",
        "limit:1e1",
        "limit:99999999999",
        "diversity:\"0.5\"",
        "diversity:1.01",
        "diversity:true",
        "debug:\"true\"",
        "debug:1",
        "since:1.5",
        "since:9223372036854775808",
        "note:5",
        "note:[\"a\"]",
        "exclude:\"a\"",
        "exclude:[1]",
        "exclude:[\"\"]",
        "exclude:[null]",
        "brands:{}",
        "brands:[[\"a\"]]"
      })
  void aFieldThatIsWrongIsNamed(String field) {
    String name = field.substring(0, field.indexOf(':'));
    Got got = server.post("/wish", "{\"" + name + "\"" + field.substring(name.length()) + "}");
    assertThat(got.status()).as(field).isEqualTo(400);
    assertThat(got.code()).isIn("bad_" + name, "bad_id");
    assertThat(got.body().path("detail").asText()).contains(name);
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "",
        "null",
        "[]",
        "\"limit\"",
        "{",
        "{\"limit\":1}{\"limit\":2}",
        "{\"limit\":1,\"limit\":2}",
        "{\"limit\":01}",
        "{'limit':1}",
        "{\"limit\":NaN}",
        "{\"note\":\"\u0001\"}"
      })
  void whatIsNoJsonObjectIsRefusedWithoutBeingRepeated(String body) {
    Got got = server.post("/wish", body);
    assertThat(got.status()).as(body).isEqualTo(400);
    assertThat(got.code()).isEqualTo("malformed_body");
    assertThat(got.body().path("detail").asText()).doesNotContain("limit");
  }

  @Test
  void anEmptyIdentifierIsNone() {
    Got got = server.get("/wish?exclude=");
    assertThat(got.code()).isEqualTo("bad_id");
    assertThat(got.body().path("detail").asText()).contains("exclude");
  }

  @Test
  void nestingIsBoundedAndAnUnknownNameIsRefused() {
    Got deep = server.post("/wish", "{\"note\":" + "[".repeat(40) + "]".repeat(40) + "}");
    assertThat(deep.code()).isEqualTo("malformed_body");
    Got field = server.post("/wish", "{\"canary\":1}");
    assertThat(field.code()).isEqualTo("unknown_field");
    assertThat(field.http().body()).doesNotContain("canary").contains("brands", "limit");
    Got parameter = server.get("/wish?canary=1");
    assertThat(parameter.code()).isEqualTo("unknown_parameter");
    assertThat(parameter.http().body()).doesNotContain("canary").contains("brands", "limit");
  }

  @Test
  void aBodyThatIsTooLargeOrNoTextIsRefused() {
    String large = "{\"note\":\"" + "x".repeat(TestServer.BODY_MAX) + "\"}";
    assertThat(server.post("/wish", large).status()).isEqualTo(413);
    assertThat(server.post("/wish", "x".repeat(200_000)).status()).isEqualTo(413);
    byte[] overlong = "{\"note\":\"??\"}".getBytes(UTF_8);
    overlong[9] = (byte) 0xc1;
    overlong[10] = (byte) 0x81;
    Got got = server.post("/wish", overlong);
    assertThat(got.code()).isEqualTo("malformed_body");
    assertThat(got.http().body()).contains("UTF-8");
    assertThat(server.get("/wish?note=%c1%81").code()).isEqualTo("bad_path");
  }
}
