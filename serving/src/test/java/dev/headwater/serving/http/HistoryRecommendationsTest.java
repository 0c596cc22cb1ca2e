package dev.headwater.serving.http;

import static org.assertj.core.api.Assertions.assertThat;

import java.net.http.HttpRequest;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class HistoryRecommendationsTest {
  private static final String PATH = "/v1/domains/shop/recommendations";

  private final TestNode node = TestNode.withItems();

  @AfterEach
  void stop() {
    node.close();
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "",
        "{",
        "[]",
        "null",
        "7",
        "\"a\"",
        "{\"history\":[\"a\"]}x",
        "{\"history\":[\"a\"],}",
        "{\"count\":1,\"count\":2,\"history\":[]}",
        "[[[[[[[[[[[[[[[[[[[[1]]]]]]]]]]]]]]]]]]]]"
      })
  void refusesMalformedBodies(String body) {
    var got = node.post(PATH, body);
    assertThat(got.status()).isEqualTo(400);
    assertThat(got.code()).isEqualTo("malformed_body");
    assertThat(got.http().body()).doesNotContain("Exception").doesNotContain("jackson");
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "{} | bad_history",
        "{'history':null} | bad_history",
        "{'history':'a'} | bad_history",
        "{'history':[1]} | bad_history",
        "{'history':[null]} | bad_history",
        "{'history':['']} | bad_id",
        "{'history':['a'],'count':0} | bad_count",
        "{'history':['a'],'count':-1} | bad_count",
        "{'history':['a'],'count':1001} | bad_count",
        "{'history':['a'],'count':'5'} | bad_count",
        "{'history':['a'],'count':5.5} | bad_count",
        "{'history':['a'],'count':99999999999999999999} | bad_count",
        "{'history':['a'],'include_seen':1} | bad_include_seen",
        "{'history':['a'],'exclude':{}} | bad_exclude",
        "{'history':['a'],'cuont':5} | unknown_field",
      })
  void refusesBadFieldsByName(String body, String code) {
    var got = node.post(PATH, body.replace('\'', '"'));
    assertThat(got.status()).isEqualTo(400);
    assertThat(got.code()).isEqualTo(code);
  }

  @Test
  void refusesAnotherContentTypeAndATooLargeBody() {
    var wrongType =
        node.send(
            node.request(PATH)
                .header("content-type", "text/plain")
                .POST(HttpRequest.BodyPublishers.ofString("{\"history\":[\"a\"]}"))
                .build());
    assertThat(wrongType.status()).isEqualTo(415);
    assertThat(wrongType.code()).isEqualTo("wrong_content_type");
    var noType =
        node.send(node.request(PATH).POST(HttpRequest.BodyPublishers.ofString("{}")).build());
    assertThat(noType.status()).isEqualTo(415);
    var large = node.post(PATH, "{\"history\":[\"" + "x".repeat(2 << 20) + "\"]}");
    assertThat(large.status()).isEqualTo(413);
    assertThat(large.code()).isEqualTo("body_too_large");
  }

  @Test
  void refusesATooLongHistory() {
    String ids = "\"a\",".repeat(1_000) + "\"a\"";
    assertThat(node.post(PATH, "{\"history\":[" + ids + "]}").code()).isEqualTo("bad_history");
  }

  @Test
  void doesNotKnowOtherDomainsAndWaitsForAModel() {
    assertThat(node.post("/v1/domains/other/recommendations", "{\"history\":[]}").code())
        .isEqualTo("unknown_domain");
    assertThat(node.post("/v1/domains/empty/recommendations", "{\"history\":[]}").status())
        .isEqualTo(503);
  }

  @Test
  void ranksByTheGivenHistory() {
    var got = node.post(PATH, "{\"history\":[\"a\",\"b\"],\"count\":2}");
    assertThat(got.status()).isEqualTo(200);
    assertThat(got.items()).containsExactly("c", "d");
    assertThat(got.body().has("based_on")).isFalse();
    assertThat(got.body().has("fallback")).isFalse();
    assertThat(got.body().has("unknown_items")).isFalse();
  }

  @Test
  void countsHistoryItemsWithoutARow() {
    var got = node.post(PATH, "{\"history\":[\"a\",\"nowhere\"],\"count\":1}");
    assertThat(got.items()).containsExactly("b");
    assertThat(got.body().path("unknown_items").asInt()).isEqualTo(1);
  }

  @Test
  void answersAnEmptyHistoryByPopularity() {
    var got = node.post(PATH, "{\"history\":[]}");
    assertThat(got.status()).isEqualTo(200);
    assertThat(got.body().path("fallback").asText()).isEqualTo("popularity");
    assertThat(got.items()).hasSize(5);
  }

  @Test
  void returnsEveryItemWhenTheCountIsLarge() {
    var got = node.post(PATH, "{\"history\":[\"a\"],\"count\":1000,\"include_seen\":true}");
    assertThat(got.items()).containsExactly("a", "b", "c", "d", "far");
  }

  @Test
  void excludesWhatItIsTold() {
    var got = node.post(PATH, "{\"history\":[\"a\"],\"count\":1,\"exclude\":[\"b\"]}");
    assertThat(got.items()).containsExactly("c");
  }
}
