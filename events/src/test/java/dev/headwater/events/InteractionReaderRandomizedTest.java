package dev.headwater.events;

import static org.assertj.core.api.Assertions.assertThat;

import dev.headwater.events.json.Interaction;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** What the quick reader accepts, the schema accepts, and both read it alike. */
class InteractionReaderRandomizedTest {
  private static final long LATEST = 1_760_000_000_000L;
  private static final List<String> FIELDS =
      List.of(
          "event_id",
          "domain",
          "user",
          "item",
          "type",
          "timestamp",
          "value",
          "recommendation_id",
          "position",
          "extra");
  private static final List<String> VALUES =
      List.of(
          "\"a\"",
          "\"ü\"",
          "\"\"",
          "null",
          "5",
          "-5",
          "5.0",
          "1e3",
          "1e999",
          "true",
          "[]",
          "{}",
          "\"click\"",
          "\"CLICK\"",
          "1760000000001",
          "99999999999999999999",
          "100001",
          "\"" + "x".repeat(257) + "\"",
          "\"\\ud800\"",
          "\"a b/c\"");

  @ParameterizedTest
  @ValueSource(longs = {1, 2, 3})
  void acceptsNothingThatTheSchemaRefuses(long seed) throws Exception {
    Random random = new Random(seed);
    int plain = 0;
    for (int i = 0; i < 4_000; i++) {
      byte[] json = json(random);
      Interaction quick = InteractionReader.read(json, LATEST);
      if (quick != null) {
        plain++;
        assertThat(PublicRecords.parseBySchema(json, LATEST))
            .as("seed %d: %s", seed, new String(json, StandardCharsets.UTF_8))
            .isEqualTo(quick);
      }
    }
    assertThat(plain).as("seed %d", seed).isGreaterThan(100);
  }

  @ParameterizedTest
  @ValueSource(strings = {"", " ", "}", " {}", ",", "\u0000"})
  void leavesTrailingTextToTheSchema(String after) {
    String json = new String(GoldenSamples.interaction().toJson(), StandardCharsets.UTF_8);
    String ascii = json.replace("ü", "u") + after;
    boolean plain = InteractionReader.read(ascii.getBytes(StandardCharsets.UTF_8), LATEST) != null;
    assertThat(plain).isEqualTo(after.isBlank());
  }

  private static byte[] json(Random random) {
    StringBuilder json = new StringBuilder("{");
    for (String field : FIELDS) {
      boolean extra = field.equals("extra");
      if (random.nextInt(extra ? 8 : 30) == 0 != extra) {
        continue;
      }
      json.append(json.length() > 1 ? "," : "").append('"').append(field).append("\":");
      json.append(random.nextInt(12) == 0 ? any(random) : good(field));
      if (random.nextInt(60) == 0) {
        json.append(",\"").append(field).append("\":").append(good(field));
      }
    }
    return json.append(random.nextInt(50) == 0 ? "" : "}")
        .toString()
        .getBytes(StandardCharsets.UTF_8);
  }

  private static String any(Random random) {
    return VALUES.get(random.nextInt(VALUES.size()));
  }

  private static String good(String field) {
    return switch (field) {
      case "type" -> "\"view\"";
      case "timestamp" -> "1700000000000";
      case "value" -> "4.5";
      case "position" -> "3";
      default -> "\"toys\"";
    };
  }
}
