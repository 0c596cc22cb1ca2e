package dev.headwater.client;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.net.URI;
import java.net.URLDecoder;
import java.util.ArrayList;
import java.util.Iterator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.TreeMap;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Whatever identifiers a shop has: what the client writes is what a server reads. */
class PathsTest {
  private static final int[] ALPHABET =
      "ab09-._~ /?#&=+%:;,@!$'()*[]\\\"<>{}|^`é€\ud83d\ude00\u0001".codePoints().toArray();

  private static String text(Random random) {
    StringBuilder text = new StringBuilder();
    for (int i = 0; i < 1 + random.nextInt(8); i++) {
      text.appendCodePoint(ALPHABET[random.nextInt(ALPHABET.length)]);
    }
    return text.toString();
  }

  @ParameterizedTest
  @ValueSource(longs = {1, 2, 3})
  void everySegmentComesThroughAsItIs(long seed) {
    Random random = new Random(seed);
    for (int i = 0; i < 300; i++) {
      String domain = text(random);
      String user = text(random);
      String path = Paths.of(domain, "users", user, "recommendations");
      assertThat(path).as("seed %d", seed).matches("[A-Za-z0-9._~*%/-]+");
      String[] parts = URI.create("http://h" + path).getRawPath().split("/", -1);
      assertThat(parts).as("seed %d: %s", seed, path).hasSize(7);
      assertThat(URLDecoder.decode(parts[3], UTF_8)).isEqualTo(domain);
      assertThat(URLDecoder.decode(parts[5], UTF_8)).isEqualTo(user);
    }
  }

  @ParameterizedTest
  @ValueSource(longs = {1, 2, 3})
  void everyValueOfAQueryComesThroughInItsOrder(long seed) {
    Random random = new Random(seed);
    for (int i = 0; i < 300; i++) {
      Map<String, List<String>> values = new TreeMap<>();
      for (int k = 0; k < random.nextInt(4); k++) {
        List<String> list = new ArrayList<>();
        for (int v = 0; v < 1 + random.nextInt(3); v++) {
          list.add(text(random));
        }
        values.put("n" + k + text(random), list);
      }
      String query = Paths.query(values);
      Map<String, List<String>> read = new TreeMap<>();
      if (!query.isEmpty()) {
        for (String pair : query.substring(1).split("&", -1)) {
          int at = pair.indexOf('=');
          read.computeIfAbsent(
                  URLDecoder.decode(pair.substring(0, at), UTF_8), name -> new ArrayList<>())
              .add(URLDecoder.decode(pair.substring(at + 1), UTF_8));
        }
      }
      assertThat(read).as("seed %d: %s", seed, query).isEqualTo(values);
    }
  }

  @Test
  void whatHasNoValueIsLeftOut() {
    assertThat(Paths.query("a", null, "b", 2, "c", null)).isEqualTo("?b=2");
    assertThat(Paths.query("a", null)).isEmpty();
    assertThat(Paths.query(Map.of("a", List.of()))).isEmpty();
  }

  /** A wish for a user goes into the query, one for a history into a body. */
  @ParameterizedTest
  @ValueSource(longs = {1, 2, 3})
  void aWishSaysTheSameInAQueryAndInABody(long seed) {
    Random random = new Random(seed);
    for (int i = 0; i < 300; i++) {
      Wish wish = wish(random);
      Map<String, List<String>> body = fields(WishBody.of(wish));
      Map<String, List<String>> query = new TreeMap<>(wish.values());
      query.replaceAll((name, list) -> name.equals("attribute") ? new ArrayList<>(list) : list);
      assertThat(body).as("seed %d", seed).isEqualTo(query);
    }
  }

  private static Wish wish(Random random) {
    Wish wish = Wish.of(1 + random.nextInt(50));
    for (int i = 0; i < random.nextInt(3); i++) {
      wish = wish.exclude(text(random)).category(text(random)).brand(text(random));
    }
    if (random.nextBoolean()) {
      wish = wish.attribute("size", text(random)).attribute("colour", "a:b");
    }
    if (random.nextBoolean()) {
      wish = wish.includeSeen().explain().exact().paged();
    }
    if (random.nextBoolean()) {
      wish = wish.categoryCap(random.nextInt(5)).diversity(random.nextInt(8) / 8.0);
    }
    return random.nextBoolean() ? wish.explore(0.125).seed(random.nextLong()) : wish.after("c-1");
  }

  private static Map<String, List<String>> fields(ObjectNode body) {
    Map<String, List<String>> fields = new TreeMap<>();
    for (Map.Entry<String, JsonNode> field : body.properties()) {
      List<String> values = new ArrayList<>();
      if (field.getValue().isObject()) {
        Map<String, String> pairs = new LinkedHashMap<>();
        field.getValue().properties().forEach(e -> pairs.put(e.getKey(), e.getValue().asText()));
        pairs.forEach((name, value) -> values.add(name + ":" + value));
        fields.put("attribute", values);
        continue;
      }
      for (Iterator<JsonNode> each = field.getValue().elements(); each.hasNext(); ) {
        values.add(each.next().asText());
      }
      if (!field.getValue().isArray()) {
        values.add(field.getValue().asText());
      }
      String name = field.getKey();
      fields.put(
          name.equals("categories") ? "category" : name.equals("brands") ? "brand" : name, values);
    }
    return fields;
  }

  @Test
  void aWishIsNotChangedByWhatIsAddedToIt() {
    Wish ten = Wish.of(10);
    Wish more = ten.exclude("a").exclude("b").diversity(0.5).diversity(0.25);
    assertThat(ten.values()).isEqualTo(Map.of("count", List.of("10")));
    assertThat(more.values())
        .containsEntry("exclude", List.of("a", "b"))
        .containsEntry("diversity", List.of("0.25"));
  }
}
