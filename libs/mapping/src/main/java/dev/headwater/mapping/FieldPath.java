package dev.headwater.mapping;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.MissingNode;
import java.util.ArrayList;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * Where a field stands in a tree: names with dots between, {@code [2]} for an element, {@code [*]}
 * for all elements, {@code ["a.b"]} for a name that a dot stands in. What begins with {@code @} is
 * not of the value but of the record around it ({@link Scope}). Immutable.
 */
final class FieldPath {
  private static final Pattern STEP =
      Pattern.compile("\\[(\\d{1,6})]|\\[(\\*)]|\\[\"([^\"]+)\"]|\\.?([^.\\[\\]\"]+)");

  private final String text;
  private final List<Step> steps;

  /** A name, or an element where {@code name} is empty; index -1: all of them. */
  private record Step(String name, int index) {}

  private FieldPath(String text, List<Step> steps) {
    this.text = text;
    this.steps = steps;
  }

  /**
   * Parses a path.
   *
   * @throws IllegalArgumentException when it is none
   */
  static FieldPath of(String text) {
    List<Step> steps = new ArrayList<>();
    Matcher matcher = STEP.matcher(text);
    int at = 0;
    while (at < text.length() && matcher.find(at) && matcher.start() == at) {
      boolean dotted = text.charAt(at) == '.';
      if (dotted == steps.isEmpty() && matcher.group(4) != null) {
        throw new IllegalArgumentException("no path: " + text);
      }
      steps.add(step(matcher));
      at = matcher.end();
    }
    if (steps.isEmpty() || at < text.length()) {
      throw new IllegalArgumentException("no path: " + text);
    }
    return new FieldPath(text, List.copyOf(steps));
  }

  private static Step step(Matcher matcher) {
    if (matcher.group(1) != null) {
      return new Step("", Integer.parseInt(matcher.group(1)));
    }
    if (matcher.group(2) != null) {
      return new Step("", -1);
    }
    return new Step(matcher.group(3) != null ? matcher.group(3) : matcher.group(4), 0);
  }

  /** Tells whether it begins at the record around the value. */
  boolean isOfRecord() {
    return steps.get(0).name().startsWith("@");
  }

  /** Returns what stands there, a missing node where nothing does. */
  JsonNode in(JsonNode tree) {
    return in(tree, 0);
  }

  private JsonNode in(JsonNode tree, int from) {
    JsonNode node = tree;
    for (int i = from; i < steps.size(); i++) {
      Step step = steps.get(i);
      if (step.name().isEmpty() && step.index() < 0) {
        return all(node, i + 1);
      }
      node = step.name().isEmpty() ? node.path(step.index()) : node.path(step.name());
    }
    return node;
  }

  private JsonNode all(JsonNode array, int rest) {
    if (!array.isArray()) {
      return MissingNode.getInstance();
    }
    ArrayNode found = JsonNodeFactory.instance.arrayNode();
    for (JsonNode element : array) {
      JsonNode each = in(element, rest);
      if (!each.isMissingNode() && !each.isNull()) {
        found.add(each);
      }
    }
    return found;
  }

  @Override
  public String toString() {
    return text;
  }
}
