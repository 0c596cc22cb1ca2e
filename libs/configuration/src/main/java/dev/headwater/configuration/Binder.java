package dev.headwater.configuration;

import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.JsonPointer;
import com.fasterxml.jackson.core.JsonToken;
import com.fasterxml.jackson.databind.DeserializationContext;
import com.fasterxml.jackson.databind.JavaType;
import com.fasterxml.jackson.databind.JsonDeserializer;
import com.fasterxml.jackson.databind.JsonMappingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.deser.DeserializationProblemHandler;
import com.fasterxml.jackson.databind.util.ClassUtil;
import com.typesafe.config.Config;
import java.io.IOException;
import java.util.List;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/**
 * Binds values to a record by Jackson and writes down every problem instead of stopping at the
 * first. For one use.
 */
final class Binder extends DeserializationProblemHandler {
  private final Config effective;
  private final String section;
  private final List<String> problems;

  /**
   * Makes one.
   *
   * @param effective tells where a value was written
   * @param section key of what is bound; empty for everything
   * @param problems found ones are added
   */
  Binder(Config effective, String section, List<String> problems) {
    this.effective = effective;
    this.section = section;
    this.problems = problems;
  }

  <T> @Nullable T bind(Config values, Class<T> type) {
    try {
      return Mapping.MAPPER
          .readerFor(type)
          .withHandler(this)
          .readValue(Mapping.MAPPER.<JsonNode>valueToTree(values.root().unwrapped()));
    } catch (JsonMappingException e) {
      String key =
          e.getPath().stream()
              .map(step -> step.getFieldName() == null ? "" + step.getIndex() : step.getFieldName())
              .collect(Collectors.joining("."));
      add(join(section, key), e.getOriginalMessage());
      return null;
    } catch (IOException e) {
      throw new IllegalStateException("a tree in memory cannot be read", e);
    }
  }

  private void add(String key, @Nullable String complaint) {
    String text = String.valueOf(complaint);
    boolean written = !key.isEmpty() && effective.hasPathOrNull(key);
    String culprit = written ? Origins.culprit(effective, key, text) : key;
    problems.add(
        Origins.of(effective, culprit) + ": " + (culprit.isEmpty() ? "" : culprit + ": ") + text);
  }

  private String key(JsonParser parser) {
    StringBuilder key = new StringBuilder(section);
    JsonPointer at = parser.getParsingContext().pathAsPointer();
    while (at != null && !at.matches()) {
      // At the beginning of a section the parser stands before the first name in it.
      if (!at.getMatchingProperty().isEmpty()) {
        key.append(key.length() == 0 ? "" : ".").append(at.getMatchingProperty());
      }
      at = at.tail();
    }
    return key.toString();
  }

  private static String join(String section, String key) {
    return section.isEmpty() || key.isEmpty() ? section + key : section + "." + key;
  }

  @Override
  public boolean handleUnknownProperty(
      DeserializationContext context,
      JsonParser parser,
      JsonDeserializer<?> deserializer,
      Object bean,
      String name)
      throws IOException {
    add(key(parser), "no such key");
    parser.skipChildren();
    return true;
  }

  @Override
  public @Nullable Object handleWeirdStringValue(
      DeserializationContext context, Class<?> type, String value, String message) {
    add(key(context.getParser()), message);
    return none(type);
  }

  @Override
  public @Nullable Object handleUnexpectedToken(
      DeserializationContext context,
      JavaType type,
      JsonToken token,
      JsonParser parser,
      String message)
      throws IOException {
    add(key(parser), "must be " + type.getRawClass().getSimpleName());
    parser.skipChildren();
    return none(type.getRawClass());
  }

  /** Jackson has defaults of primitive types only, and throws for others. */
  private static @Nullable Object none(Class<?> type) {
    return type.isPrimitive() ? ClassUtil.defaultValue(type) : null;
  }

  /** A record's own check; what fails because of an earlier problem says nothing new. */
  @Override
  public @Nullable Object handleInstantiationProblem(
      DeserializationContext context, Class<?> type, @Nullable Object argument, Throwable problem) {
    Throwable cause = ClassUtil.getRootCause(problem);
    if (!(cause instanceof NullPointerException) || problems.isEmpty()) {
      add(key(context.getParser()), cause.getMessage());
    }
    return null;
  }
}
