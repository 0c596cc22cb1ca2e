package dev.headwater.client.answers;

import com.fasterxml.jackson.annotation.JsonInclude;
import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.databind.DeserializationFeature;
import com.fasterxml.jackson.databind.PropertyNamingStrategies;
import com.fasterxml.jackson.databind.json.JsonMapper;

/**
 * How answers look in JSON: names in snake case, absent values left out. Who writes and who reads
 * build their mappers here, so that both mean the same.
 */
public final class AnswerJson {
  private AnswerJson() {}

  /** Begins a mapper that writes answers. */
  public static JsonMapper.Builder writer(JsonFactory factory) {
    return JsonMapper.builder(factory)
        .propertyNamingStrategy(PropertyNamingStrategies.SNAKE_CASE)
        .defaultPropertyInclusion(
            JsonInclude.Value.construct(
                JsonInclude.Include.NON_NULL, JsonInclude.Include.USE_DEFAULTS));
  }

  /** Begins a mapper that reads answers; unknown fields are left out: a newer node may say more. */
  public static JsonMapper.Builder reader() {
    return writer(new JsonFactory()).disable(DeserializationFeature.FAIL_ON_UNKNOWN_PROPERTIES);
  }
}
