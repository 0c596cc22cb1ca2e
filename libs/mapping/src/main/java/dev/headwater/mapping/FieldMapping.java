package dev.headwater.mapping;

import com.fasterxml.jackson.annotation.JsonCreator;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.MissingNode;
import com.fasterxml.jackson.databind.node.TextNode;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/**
 * Where one field comes from. In the configuration a path, a list of paths of which the first that
 * leads to something counts, or a section:
 *
 * <pre>
 * user = customer.id
 * user = [customer.id, session.id]
 * domain { constant = shop }
 * type { path = action, values { PRODUCT_VIEW = view, ORDER = purchase }, otherwise = click }
 * timestamp { path = at, unit = microseconds }
 * timestamp { path = at, pattern = "dd.MM.yyyy HH:mm", zone = Europe/Berlin }
 * categories { path = breadcrumb, split = " > " }
 * </pre>
 *
 * No record: Jackson would look into what its components are made of.
 */
final class FieldMapping {
  private static final Set<String> KEYS =
      Set.of("path", "constant", "values", "otherwise", "unit", "pattern", "zone", "split");

  private final List<FieldPath> paths;
  private final @Nullable String constant;
  private final Map<String, String> values;
  private final @Nullable String otherwise;
  private final TimeFormat time;
  private final @Nullable String split;

  private FieldMapping(
      List<FieldPath> paths,
      @Nullable String constant,
      Map<String, String> values,
      @Nullable String otherwise,
      TimeFormat time,
      @Nullable String split) {
    if (paths.isEmpty() == (constant == null)) {
      throw new IllegalArgumentException("a field has either a path or a constant");
    }
    this.paths = List.copyOf(paths);
    this.constant = constant;
    this.values = Map.copyOf(values);
    this.otherwise = otherwise;
    this.time = time;
    this.split = split;
  }

  /** Returns one that takes what stands at a path. */
  static FieldMapping at(String path) {
    return new FieldMapping(
        List.of(FieldPath.of(path)), null, Map.of(), null, TimeFormat.DEFAULT, null);
  }

  /** Returns one that is always the same. */
  static FieldMapping constant(String value) {
    return new FieldMapping(List.of(), value, Map.of(), null, TimeFormat.DEFAULT, null);
  }

  @JsonCreator(mode = JsonCreator.Mode.DELEGATING)
  static FieldMapping of(JsonNode declared) {
    if (!declared.isObject()) {
      return new FieldMapping(paths(declared), null, Map.of(), null, TimeFormat.DEFAULT, null);
    }
    Set<String> unknown = new TreeSet<>();
    declared.fieldNames().forEachRemaining(unknown::add);
    unknown.removeAll(KEYS);
    if (!unknown.isEmpty()) {
      throw new IllegalArgumentException("no such key: " + String.join(", ", unknown));
    }
    Map<String, String> values = new LinkedHashMap<>();
    declared
        .path("values")
        .properties()
        .forEach(e -> values.put(e.getKey(), e.getValue().asText()));
    return new FieldMapping(
        paths(declared.path("path")),
        text(declared, "constant"),
        values,
        text(declared, "otherwise"),
        TimeFormat.of(text(declared, "unit"), text(declared, "pattern"), text(declared, "zone")),
        text(declared, "split"));
  }

  private static List<FieldPath> paths(JsonNode node) {
    List<FieldPath> paths = new ArrayList<>();
    if (node.isArray()) {
      node.forEach(each -> paths.add(FieldPath.of(each.asText())));
    } else if (node.isValueNode()) {
      paths.add(FieldPath.of(node.asText()));
    }
    return paths;
  }

  private static @Nullable String text(JsonNode node, String key) {
    return node.hasNonNull(key) ? node.get(key).asText() : null;
  }

  /** Returns what it is for one record; a missing node where it is nothing. */
  JsonNode find(Scope scope) {
    if (constant != null) {
      return TextNode.valueOf(constant);
    }
    for (FieldPath path : paths) {
      JsonNode found = scope.at(path);
      if (!Scope.isNothing(found)) {
        return named(found);
      }
    }
    return otherwise == null ? MissingNode.getInstance() : TextNode.valueOf(otherwise);
  }

  private JsonNode named(JsonNode found) {
    if (values.isEmpty()) {
      return found;
    }
    String word = found.asText();
    String named = values.getOrDefault(word, otherwise == null ? word : otherwise);
    return TextNode.valueOf(named);
  }

  /** Returns the paths in the order in which they are tried. */
  List<FieldPath> paths() {
    return paths;
  }

  /** Returns how times are written. */
  TimeFormat time() {
    return time;
  }

  /** Returns where one text becomes several, null for nowhere. */
  @Nullable String split() {
    return split;
  }

  @Override
  public String toString() {
    return where();
  }

  /** Returns where it was looked for, for a person. */
  String where() {
    return constant != null
        ? "'" + constant + "'"
        : paths.stream().map(FieldPath::toString).collect(Collectors.joining(", "));
  }
}
