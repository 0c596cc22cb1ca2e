package dev.headwater.mapping;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class MappingConfigTest {
  @Test
  void whatIsLeftOutHasADefault() {
    TopicMapping mapping = Samples.declared("topic = t, to = catalog, fields { item = i }");
    assertThat(mapping.format()).isEqualTo(Format.JSON);
    assertThat(mapping.keyFormat()).isEqualTo(Format.TEXT);
    assertThat(mapping.envelope()).isEqualTo(Envelope.NONE);
    TopicMapping changes =
        Samples.declared(
            "topic = t, to = catalog, format = avro, envelope = debezium, fields { item = i }");
    assertThat(changes.keyFormat()).isEqualTo(Format.AVRO);
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "to = catalog, fields {}|topic",
        "topic = t, to = moon, fields {}|mappings.0.to: not one of the values accepted for Enum class: [CATALOG, INTERACTIONS]",
        "topic = t, to = catalog, format = xml, fields {}|mappings.0.format: not one of the values accepted",
        "topic = t, to = catalog, fields { user = u }|there is no user; there are domain, item",
        "topic = t, to = catalog, colour = red, fields {}|colour: no such key",
        "topic = t, to = catalog, fields { item { pth = a } }|no such key: pth",
        "topic = t, to = catalog, fields { item = \"a..b\" }|no path: a..b",
        "topic = t, to = catalog, fields { item { path = a, constant = b } }|either a path or a constant",
        "topic = t, to = interactions, fields { timestamp { path = a, unit = moons } }|MOONS",
        "topic = t, to = interactions, fields {}, attributes { a = b }|only items have them",
        "topic = t, to = interactions, fields {}, each = \"..\"|no path: ..",
        "topic = \"\", to = catalog, fields {}|topic is empty"
      })
  void whatIsWrongIsToldAndNothingStarts(String mapping, String told) {
    assertThatThrownBy(() -> Samples.declared(mapping))
        .hasMessageContaining(told)
        .hasMessageContaining(".conf:1: ");
  }
}
