package dev.headwater.mapping;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class DebeziumTest {
  private static final String CATALOG =
      """
      topic = "shop.public.products", to = catalog, envelope = debezium
      fields { item = id, title = name, available = active }
      """;
  private static final String ROW = "{\"id\": 7, \"name\": \"Train\", \"active\": true}";

  private final Mapper mapper = Samples.mapper(CATALOG);

  private static ForeignRecord change(String op, String before, String after) {
    return Samples.record(
        "{\"id\": 7}",
        "{\"before\": %s, \"after\": %s, \"source\": {\"table\": \"products\"}, \"op\": \"%s\", \"ts_ms\": 1}"
            .formatted(before, after, op),
        Map.of());
  }

  @ParameterizedTest
  @ValueSource(strings = {"c", "u", "r"})
  void aRowThatIsThereIsTheItem(String op) throws Exception {
    Mapped item = Samples.one(mapper, change(op, "null", ROW));
    assertThat(item.key()).isEqualTo("shop/7");
    assertThat(Samples.tree(item).path("title").asText()).isEqualTo("Train");
  }

  @ParameterizedTest
  @ValueSource(
      strings = {"null", "{\"id\": 7, \"name\": null, \"active\": null}", "{\"name\": \"Train\"}"})
  void aDeletedRowDeletesTheItemWhateverIsKnownOfIt(String before) throws Exception {
    Mapped deleted = Samples.one(mapper, change("d", before, "null"));
    assertThat(deleted.key()).isEqualTo("shop/7");
    assertThat(deleted.value()).isNull();
  }

  @Test
  void theTombstoneAfterADeletionAndMessagesAreNothing() throws Exception {
    assertThat(mapper.map(Samples.record("{\"id\": 7}", null, Map.of())).leftOut())
        .isEqualTo("the tombstone after a deletion");
    assertThat(mapper.map(change("m", "null", "null")).records()).isEmpty();
  }

  @Test
  void whatKafkaConnectPutsAroundIsTakenOff() throws Exception {
    ForeignRecord wrapped =
        Samples.record(
            "{\"schema\": {\"type\": \"struct\"}, \"payload\": {\"id\": 7}}",
            "{\"schema\": {}, \"payload\": {\"before\": null, \"after\": null, \"op\": \"d\"}}",
            Map.of());
    assertThat(Samples.one(mapper, wrapped).key()).isEqualTo("shop/7");
  }

  @Test
  void whatIsNoChangeOfOneRowIsRefused() {
    assertThat(Samples.refused(mapper, change("t", "null", "null"))).startsWith("invalid_value: ");
    assertThat(Samples.refused(mapper, change("x", "null", "null")))
        .isEqualTo("wrong_format: no change record: op is 'x'");
    assertThat(Samples.refused(mapper, change("c", "null", "null")))
        .isEqualTo("wrong_format: a change record without the row in 'after'");
    assertThat(Samples.refused(mapper, Samples.record(ROW))).startsWith("wrong_format: ");
  }

  @Test
  void rowsOfInteractionsCountWhenTheyComeAndNotWhenTheyChange() throws Exception {
    Mapper orders =
        Samples.mapper(
            """
            topic = orders, to = interactions, envelope = debezium
            fields { event_id = id, user = customer, item = name, type.constant = purchase
                     timestamp { path = at, unit = microseconds } }
            """);
    String row = "{\"id\": 1, \"customer\": \"ann\", \"name\": \"x\", \"at\": 1759999999000000}";
    assertThat(Samples.tree(Samples.one(orders, change("c", "null", row))).path("timestamp"))
        .hasToString("1759999999000");
    assertThat(orders.map(change("u", row, row)).records()).isEmpty();
    assertThat(orders.map(change("d", row, "null")).records()).isEmpty();
  }
}
