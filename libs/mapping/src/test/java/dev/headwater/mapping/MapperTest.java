package dev.headwater.mapping;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import java.util.Map;
import org.junit.jupiter.api.Test;

class MapperTest {
  private static final String CLICKS =
      """
      topic = clicks, to = interactions
      fields {
        event_id = meta.id
        user = [customer.id, session]
        item = product.sku
        type { path = action, values { PRODUCT_VIEW = view, ORDER = purchase } }
        timestamp { path = at, unit = seconds }
      }
      """;

  @Test
  void fieldsAreFoundNamedAndConverted() throws Exception {
    Mapped mapped =
        Samples.one(
            Samples.mapper(CLICKS),
            Samples.record(
                """
                {"meta": {"id": "m-1"}, "customer": {"id": 4711}, "product": {"sku": "s1"},
                 "action": "ORDER", "at": 1759999999, "price": 12.5}
                """));
    assertThat(mapped.key()).isEqualTo("shop/4711");
    assertThat(Samples.tree(mapped))
        .hasToString(
            "{\"event_id\":\"m-1\",\"domain\":\"shop\",\"user\":\"4711\",\"item\":\"s1\","
                + "\"type\":\"purchase\",\"timestamp\":1759999999000}");
  }

  @Test
  void theFirstPathThatLeadsToSomethingCounts() throws Exception {
    Mapped mapped =
        Samples.one(
            Samples.mapper(CLICKS),
            Samples.record(
                """
                {"meta": {"id": "m"}, "customer": {"id": null}, "session": "anon",
                 "product": {"sku": "s"}, "action": "click", "at": 1}
                """));
    assertThat(mapped.key()).isEqualTo("shop/anon");
    assertThat(Samples.tree(mapped).path("type").asText()).isEqualTo("click");
  }

  @Test
  void aRefusalSaysWhereWasLooked() {
    Mapper mapper = Samples.mapper(CLICKS);
    assertThat(Samples.refused(mapper, Samples.record("{\"action\": \"ORDER\"}")))
        .isEqualTo("missing_field: user: nothing at customer.id, session");
    assertThat(Samples.refused(mapper, Samples.record("no json"))).startsWith("not_json: ");
    assertThat(Samples.refused(mapper, Samples.record("[1]")))
        .isEqualTo("wrong_format: the value has no fields");
    assertThat(Samples.refused(mapper, Samples.record(null, null, Map.of())))
        .isEqualTo("wrong_format: no value");
    assertThat(
            Samples.refused(
                mapper,
                Samples.record(
                    "{\"session\":\"a\",\"product\":{\"sku\":\"s\"},\"action\":\"SNEEZE\",\"at\":1}")))
        .startsWith("invalid_value: ")
        .contains("type");
    assertThat(
            Samples.refused(
                mapper,
                Samples.record(
                    "{\"session\":\"a\",\"product\":{\"sku\":[]},\"action\":\"ORDER\",\"at\":1}")))
        .isEqualTo("wrong_type: item must be a text, not []");
    assertThat(
            Samples.refused(
                mapper,
                Samples.record(
                    "{\"session\":\"a\",\"product\":{\"sku\":\"s\"},\"action\":\"ORDER\",\"at\":1790000000}")))
        .startsWith("timestamp_in_future: ");
  }

  @Test
  void whatTheRecordItselfSaysStandsInWhereNothingIsDeclared() throws Exception {
    Mapper mapper =
        Samples.mapper(
            """
            topic = clicks, to = interactions
            fields { user = "@key", item = sku, type.constant = click }
            """);
    JsonNode click =
        Samples.tree(Samples.one(mapper, Samples.record("ann", "{\"sku\": \"s\"}", Map.of())));
    assertThat(click.path("event_id").asText()).isEqualTo("clicks/3/17");
    assertThat(click.path("timestamp").asLong()).isEqualTo(Samples.NOW_MS - 1_000);
    assertThat(click.path("user").asText()).isEqualTo("ann");
  }

  @Test
  void headersAndJsonKeysCanBeRead() throws Exception {
    Mapper mapper =
        Samples.mapper(
            """
            topic = clicks, to = interactions, key-format = json
            fields { user = "@key.id", item = sku, type = "@headers.kind", event_id = "@headers.x-id" }
            """);
    JsonNode click =
        Samples.tree(
            Samples.one(
                mapper,
                Samples.record(
                    "{\"id\": 5}", "{\"sku\": \"s\"}", Map.of("kind", "cart", "x-id", "e5"))));
    assertThat(click.path("user").asText()).isEqualTo("5");
    assertThat(click.path("type").asText()).isEqualTo("cart");
    assertThat(click.path("event_id").asText()).isEqualTo("e5");
  }

  @Test
  void otherRecordsOfTheSameTopicAreLeftOut() throws Exception {
    Mapper mapper =
        Samples.mapper(
            CLICKS + "only { action = [ORDER, PRODUCT_VIEW], \"customer.country\" = [DE] }");
    Outcome outcome = mapper.map(Samples.record("{\"action\": \"LOGIN\"}"));
    assertThat(outcome.records()).isEmpty();
    assertThat(outcome.leftOut()).isNotNull();
  }

  @Test
  void anOrderOfSeveralLinesIsSeveralPurchases() throws Exception {
    Mapper mapper =
        Samples.mapper(
            """
            topic = orders, to = interactions, each = order.lines
            only { "@each.cancelled" = ["false"] }
            fields { event_id = order.id, user = order.customer, item = "@each.sku"
                     type.constant = purchase, timestamp = order.at }
            """);
    String order =
        """
        {"order": {"id": "o1", "customer": "ann", "at": "2025-10-09T08:00:00Z", "lines": [
          {"sku": "a", "cancelled": false}, {"sku": "b", "cancelled": true},
          {"sku": "c", "cancelled": false}]}}
        """;
    Outcome outcome = mapper.map(Samples.record(order));
    assertThat(outcome.records().stream().map(Samples::tree))
        .extracting(click -> click.path("event_id").asText() + " " + click.path("item").asText())
        .containsExactly("o1/0 a", "o1/2 c");
    assertThat(mapper.map(Samples.record("{\"order\": {\"lines\": []}}")).leftOut())
        .isEqualTo("no element at order.lines");
    assertThat(Samples.refused(mapper, Samples.record(order.replace("\"c\"", "\"\""))))
        .startsWith("empty_id: ");
  }

  @Test
  void anItemIsMadeOfWhatAMerchantHas() throws Exception {
    Mapper mapper =
        Samples.mapper(
            """
            topic = products, to = catalog, key-format = text
            fields {
              item = [sku, "@key"], title = names.en, brand = vendor.name, text = description
              categories { path = breadcrumb, split = " > " }
              available { path = status, values { ACTIVE = "true" }, otherwise = "false" }
            }
            attributes { colour = colour, size = dims.size }
            """);
    String item =
        """
        {"sku": 12, "names": {"en": "Wooden train"}, "vendor": {"name": "Acme"}, "status": "SOLD",
         "breadcrumb": "Toys > Trains >  ", "colour": "red", "dims": {"size": 3.50}}
        """;
    assertThat(Samples.tree(Samples.one(mapper, Samples.record("12", item, Map.of()))))
        .isEqualTo(
            JsonDecoder.JSON.readTree(
                """
                {"domain": "shop", "item": "12", "title": "Wooden train", "brand": "Acme",
                 "categories": ["Toys", "Trains"], "attributes": {"size": "3.5", "colour": "red"},
                 "available": false}
                """));
    Mapped deleted = Samples.one(mapper, Samples.record("12", null, Map.of()));
    assertThat(deleted.key()).isEqualTo("shop/12");
    assertThat(deleted.value()).isNull();
    assertThat(Samples.refused(mapper, Samples.record("1", "{\"sku\": 1}", Map.of())))
        .isEqualTo("item_without_title: title: nothing at names.en");
  }

  @Test
  void aDomainThatIsNotConfiguredIsRefused() {
    Mapper mapper =
        Samples.mapper(
            """
            topic = clicks, to = interactions, domain = books
            fields { user = u, item = i, type.constant = click }
            """);
    assertThat(Samples.refused(mapper, Samples.record("{\"u\": \"a\", \"i\": \"b\"}")))
        .isEqualTo("unknown_domain: domain 'books' is not configured");
  }

  /** Ingest takes what is published straight for such a domain. */
  @Test
  void aDomainMayBeKnownByAPattern() throws Exception {
    String mapping =
        """
        topic = clicks, to = interactions
        fields { %suser = u, item = i, type.constant = click }
        """;
    Mapper named = Samples.mapper(mapping.formatted("domain = d, "), "shop-*");
    String record = "{\"d\": \"shop-eu\", \"u\": \"a\", \"i\": \"b\"}";
    assertThat(named.map(Samples.record(record)).records())
        .singleElement()
        .satisfies(mapped -> assertThat(mapped.key()).isEqualTo("shop-eu/a"));
    Mapper without = Samples.mapper(mapping.formatted(""), "shop-*");
    assertThat(Samples.refused(without, Samples.record(record))).startsWith("missing_field");
  }

  @Test
  void whoseItIsIsToldOfARefusedRecordWhereThatCanBeSeen() {
    Mapper mapper = Samples.mapper(CLICKS);
    assertThat(mapper.subject(Samples.record("{\"session\": \"ann\"}"))).isEqualTo("shop/ann");
    assertThat(mapper.subject(Samples.record("rubbish"))).isNull();
  }
}
