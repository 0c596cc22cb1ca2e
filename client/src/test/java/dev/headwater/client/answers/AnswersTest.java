package dev.headwater.client.answers;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.json.JsonMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.io.IOException;
import java.lang.reflect.ParameterizedType;
import java.lang.reflect.RecordComponent;
import java.lang.reflect.Type;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Every record of this package survives the way through JSON, full or with little in it. */
class AnswersTest {
  private static final JsonMapper WRITER = AnswerJson.writer(new JsonFactory()).build();
  private static final JsonMapper READER = AnswerJson.reader().build();

  /** Every top-level record, found among the compiled classes: none can be forgotten. */
  static Stream<Class<?>> records() throws Exception {
    Path classes =
        Path.of(AnswerJson.class.getProtectionDomain().getCodeSource().getLocation().toURI())
            .resolve("dev/headwater/client/answers");
    try (Stream<Path> files = Files.list(classes)) {
      return files
          .map(file -> file.getFileName().toString())
          .filter(name -> name.endsWith(".class") && !name.contains("$"))
          .map(name -> name.substring(0, name.length() - ".class".length()))
          .filter(name -> !name.contains("-") && !name.equals("AnswerJson"))
          .sorted()
          .<Class<?>>map(AnswersTest::type)
          .toList()
          .stream();
    }
  }

  private static Class<?> type(String name) {
    try {
      return Class.forName(AnswersTest.class.getPackageName() + "." + name);
    } catch (ClassNotFoundException e) {
      throw new AssertionError(e);
    }
  }

  /** Returns a value of a type with everything in it. */
  private static Object full(Type type) throws ReflectiveOperationException {
    if (type instanceof ParameterizedType generic) {
      Type[] of = generic.getActualTypeArguments();
      return generic.getRawType() == Map.class
          ? Map.of("a/b", full(of[1]))
          : List.of(full(of[0]), full(of[0]));
    }
    Class<?> plain = (Class<?>) type;
    if (plain.isRecord()) {
      RecordComponent[] parts = plain.getRecordComponents();
      Object[] values = new Object[parts.length];
      for (int i = 0; i < parts.length; i++) {
        values[i] = full(parts[i].getGenericType());
      }
      Class<?>[] types =
          Arrays.stream(parts).map(RecordComponent::getType).toArray(Class<?>[]::new);
      return plain.getDeclaredConstructor(types).newInstance(values);
    }
    return Objects.requireNonNull(simple(plain), plain.getName());
  }

  private static @Nullable Object simple(Class<?> type) {
    return switch (type.getSimpleName()) {
      case "String" -> "ü \"x\"";
      case "int", "Integer" -> Integer.MAX_VALUE;
      case "long", "Long" -> Long.MAX_VALUE;
      case "float", "Float" -> 0.1f;
      case "double", "Double" -> 1e-300;
      case "boolean", "Boolean" -> true;
      default -> null;
    };
  }

  @ParameterizedTest
  @MethodSource("records")
  void nothingIsLostOnTheWay(Class<?> type) throws Exception {
    Object record = full(type);
    String json = WRITER.writeValueAsString(record);
    assertThat(READER.readValue(json, type)).isEqualTo(record);
    assertThat(READER.readTree(json).size()).isEqualTo(type.getRecordComponents().length);
  }

  @ParameterizedTest
  @MethodSource("records")
  void aFieldThatIsNewIsLeftOut(Class<?> type) throws Exception {
    Object record = full(type);
    ObjectNode json = WRITER.valueToTree(record);
    json.putObject("a_newer_field").put("x", 1);
    assertThat(READER.treeToValue(json, type)).isEqualTo(record);
  }

  @ParameterizedTest
  @MethodSource("records")
  void whatIsAbsentIsReadAsAbsentAndNotWritten(Class<?> type) throws Exception {
    ObjectNode json = WRITER.valueToTree(full(type));
    for (RecordComponent part : type.getRecordComponents()) {
      if (part.getAnnotatedType().isAnnotationPresent(Nullable.class)) {
        ObjectNode without = json.deepCopy();
        without.remove(name(type, part));
        assertThat(without.size()).as(part.getName()).isEqualTo(json.size() - 1);
        JsonNode again = WRITER.valueToTree(READER.treeToValue(without, type));
        assertThat(again).as(part.getName()).isEqualTo(without);
      }
    }
  }

  private static String name(Class<?> type, RecordComponent part) {
    boolean store = type == AnnouncedTable.class;
    return store
        ? part.getName()
        : part.getName().replaceAll("([A-Z])", "_$1").toLowerCase(java.util.Locale.ROOT);
  }

  @ParameterizedTest
  @ValueSource(strings = {"{}", "{\"items\":null}", "{\"items\":{}}", "[]", "7"})
  void anAnswerWithoutItsItemsIsNone(String json) {
    assertThatThrownBy(() -> READER.readValue(json, Recommendations.class))
        .isInstanceOf(IOException.class);
  }

  @Test
  void tellsWhatIsStopped() {
    LagReport.HopReading live =
        new LagReport.HopReading("toys", "clicks", "ingest", "live", 0, 0, 0, 0, null);
    assertThat(new LagReport("n", 1, 1, List.of(live)).anyStopped()).isFalse();
    assertThat(new LagReport("n", 1, 1, List.of(live, live.in("stopped"))).anyStopped()).isTrue();
  }
}
