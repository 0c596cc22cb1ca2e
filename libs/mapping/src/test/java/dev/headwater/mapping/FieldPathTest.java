package dev.headwater.mapping;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class FieldPathTest {
  private static final String TREE =
      """
      {"id": 7, "a": {"b": {"c": "deep"}}, "tags": ["x", null, "y"],
       "lines": [{"sku": "s1"}, {"sku": "s2"}, {}], "odd.name": {"k": 1}}
      """;

  private static JsonNode tree() throws JsonProcessingException {
    return JsonDecoder.JSON.readTree(TREE);
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "id|7",
        "a.b.c|\"deep\"",
        "tags[0]|\"x\"",
        "tags[*]|[\"x\",\"y\"]",
        "lines[1].sku|\"s2\"",
        "lines[*].sku|[\"s1\",\"s2\"]",
        "[\"odd.name\"].k|1"
      })
  void leadsTo(String path, String found) throws JsonProcessingException {
    assertThat(FieldPath.of(path).in(tree())).hasToString(found);
  }

  @ParameterizedTest
  @ValueSource(strings = {"nothing", "a.b.c.d", "tags[9]", "id[*]", "tags.x", "id.x"})
  void leadsToNothing(String path) throws JsonProcessingException {
    assertThat(FieldPath.of(path).in(tree()).isMissingNode()).isTrue();
  }

  @ParameterizedTest
  @ValueSource(strings = {"", ".", ".a", "a..b", "a.", "a[", "a[x]", "a]b", "a[\"\"]"})
  void whatIsNoPathIsRefused(String text) {
    assertThatThrownBy(() -> FieldPath.of(text)).hasMessageContaining("no path");
  }

  @Test
  void whatBeginsWithAnAtIsOfTheRecordAround() {
    assertThat(FieldPath.of("@key.id").isOfRecord()).isTrue();
    assertThat(FieldPath.of("key.id").isOfRecord()).isFalse();
  }
}
