package dev.headwater.serving.http;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import java.net.http.HttpRequest;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** The document and the server say the same. */
class OpenApiTest {
  private final TestNode node = TestNode.withItems();

  @AfterEach
  void stop() {
    node.close();
  }

  private JsonNode document() {
    return node.get("/openapi.json").body();
  }

  @Test
  void namesTheSameEndpointsAsTheServer() {
    List<String> documented = new ArrayList<>();
    for (Map.Entry<String, JsonNode> path : document().path("paths").properties()) {
      path.getValue()
          .fieldNames()
          .forEachRemaining(
              method -> documented.add(method.toUpperCase(Locale.ROOT) + " " + path.getKey()));
    }
    List<String> served = new ArrayList<>();
    node.get("/").body().path("endpoints").forEach(each -> served.add(each.asText()));
    assertThat(served).containsExactlyInAnyOrderElementsOf(documented);
  }

  @Test
  void everyAnswerHasADocumentedStatusAndItsRequiredFields() {
    JsonNode document = document();
    for (Map.Entry<String, JsonNode> path : document.path("paths").properties()) {
      String url =
          path.getKey().replace("{domain}", "shop").replace("{user}", "ann").replace("{item}", "a");
      for (Map.Entry<String, JsonNode> method : path.getValue().properties()) {
        JsonNode operation = method.getValue();
        var got =
            method.getKey().equals("delete")
                ? node.send(node.request(url).DELETE().build())
                : method.getKey().equals("get")
                    ? node.get(url)
                    : node.post(
                        url,
                        "{\"history\":[\"a\"]}".replace("history", field(document, operation)));
        JsonNode documented = operation.path("responses").path(Integer.toString(got.status()));
        assertThat(documented.isMissingNode()).as(url + " " + got.status()).isFalse();
        String schema = documented.at("/content/application~1json/schema/$ref").asText();
        JsonNode required = document.at("/components/schemas/" + name(schema) + "/required");
        required.forEach(each -> assertThat(got.body().has(each.asText())).as(url).isTrue());
      }
    }
  }

  private static String field(JsonNode document, JsonNode operation) {
    String schema = operation.at("/requestBody/content/application~1json/schema/$ref").asText();
    return document.at("/components/schemas/" + name(schema) + "/required/0").asText("history");
  }

  private static String name(String reference) {
    return reference.substring(reference.lastIndexOf('/') + 1);
  }

  @Test
  void answersForManyUsersAtOnce() {
    node.user("ann", "ev1", "a");
    var got = node.post("/v1/domains/shop/users/recommendations", "{\"users\":[\"ann\",\"x\"]}");
    assertThat(got.status()).isEqualTo(200);
    assertThat(got.body().at("/answers/0/user").asText()).isEqualTo("ann");
    assertThat(got.body().at("/answers/0/recommendations/items/0/item").asText()).isEqualTo("b");
    assertThat(got.body().at("/answers/1/recommendations/fallback").asText())
        .isEqualTo("popularity");
    assertThat(node.post("/v1/domains/shop/users/recommendations", "{}").code())
        .isEqualTo("bad_users");
    HttpRequest get = node.request("/v1/domains/shop/users/recommendations").GET().build();
    assertThat(node.send(get).status()).isEqualTo(405);
  }
}
