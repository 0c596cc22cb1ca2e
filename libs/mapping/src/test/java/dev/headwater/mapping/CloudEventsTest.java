package dev.headwater.mapping;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import java.util.Map;
import org.junit.jupiter.api.Test;

class CloudEventsTest {
  private static final String MAPPING =
      """
      topic = events, to = interactions, envelope = cloudevents
      fields { event_id = id, user = subject, item = data.sku, timestamp = time
               type { path = type, values { com.shop.viewed = view } } }
      """
          .replace("com.shop.viewed", "\"com.shop.viewed\"");
  private static final Map<String, String> HEADERS =
      Map.of(
          "ce_specversion", "1.0",
          "ce_id", "e1",
          "ce_source", "/shop",
          "ce_type", "com.shop.viewed",
          "ce_subject", "ann",
          "ce_time", "2025-10-09T08:00:00Z",
          "content-type", "application/json");
  private static final String STRUCTURED =
      """
      {"specversion": "1.0", "id": "e1", "source": "/shop", "type": "com.shop.viewed",
       "subject": "ann", "time": "2025-10-09T08:00:00Z", "data": {"sku": "s1"}}
      """;

  private final Mapper mapper = Samples.mapper(MAPPING);

  @Test
  void bothModesGiveTheSame() throws Exception {
    JsonNode binary =
        Samples.tree(Samples.one(mapper, Samples.record(null, "{\"sku\": \"s1\"}", HEADERS)));
    JsonNode structured =
        Samples.tree(
            Samples.one(
                mapper,
                Samples.record(
                    null,
                    STRUCTURED,
                    Map.of("content-type", "application/cloudevents+json; charset=UTF-8"))));
    assertThat(binary).isEqualTo(structured);
    assertThat(binary)
        .hasToString(
            "{\"event_id\":\"e1\",\"domain\":\"shop\",\"user\":\"ann\",\"item\":\"s1\",\"type\":\"view\",\"timestamp\":1759996800000}");
  }

  @Test
  void dataInBase64AreRead() throws Exception {
    String encoded =
        STRUCTURED.replace(
            "\"data\": {\"sku\": \"s1\"}", "\"data_base64\": \"eyJza3UiOiAiczIifQ==\"");
    assertThat(Samples.tree(Samples.one(mapper, Samples.record(encoded))).path("item").asText())
        .isEqualTo("s2");
    assertThat(Samples.refused(mapper, Samples.record(encoded.replace("eyJ", "*"))))
        .startsWith("wrong_format: ");
  }

  @Test
  void whatIsNoCloudEventIsRefused() {
    assertThat(Samples.refused(mapper, Samples.record(STRUCTURED.replace("1.0", "0.3"))))
        .startsWith("wrong_format: no CloudEvent of version 1");
    assertThat(Samples.refused(mapper, Samples.record(STRUCTURED.replace("\"/shop\"", "\"\""))))
        .isEqualTo("missing_field: a CloudEvent without source");
    assertThat(Samples.refused(mapper, Samples.record(null, null, Map.of())))
        .startsWith("wrong_format: ");
    assertThat(
            Samples.refused(
                mapper,
                Samples.record(
                    null, "[]", Map.of("content-type", "application/cloudevents-batch+json"))))
        .startsWith("wrong_format: a batch");
  }
}
