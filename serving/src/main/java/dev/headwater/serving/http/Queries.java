package dev.headwater.serving.http;

import dev.headwater.http.ApiException;
import dev.headwater.http.ApiRequest;
import dev.headwater.http.BodyReader;
import dev.headwater.serving.config.ServingLimits;
import dev.headwater.serving.recommend.Cursor;
import dev.headwater.serving.recommend.ItemFilter;
import dev.headwater.serving.recommend.Mix;
import dev.headwater.serving.recommend.Query;
import java.nio.BufferUnderflowException;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/** Reads what a caller wants from a query string or a body: the same names in both. */
final class Queries {
  static final Set<String> PARAMETERS =
      Set.of(
          "count",
          "include_seen",
          "exclude",
          "category",
          "brand",
          "attribute",
          "exact",
          "explain",
          "category_cap",
          "diversity",
          "explore",
          "seed",
          "paged",
          "cursor");
  private static final Set<String> FIELDS =
      Set.of(
          "count",
          "include_seen",
          "exclude",
          "categories",
          "brands",
          "attributes",
          "exact",
          "explain",
          "category_cap",
          "diversity",
          "explore",
          "seed",
          "paged",
          "cursor");
  private static final float EXPLORE_MAX = 0.5f;

  private Queries() {}

  /** Returns the fields of a query in a body, and one more. */
  static Set<String> fieldsAnd(String more) {
    Set<String> fields = new java.util.HashSet<>(FIELDS);
    fields.add(more);
    return Set.copyOf(fields);
  }

  static Query of(ApiRequest request, ServingLimits limits) {
    int max = limits.excludeMax();
    return new Query(
        request.integer("count", limits.countDefault(), 1, limits.countMax()),
        request.flag("include_seen"),
        request.ids("exclude", max),
        ItemFilter.of(
            request.texts("category", max),
            request.texts("brand", max),
            attributes(request.texts("attribute", max))),
        request.flag("exact"),
        request.flag("explain"),
        new Mix(
            request.integer("category_cap", 0, 0, limits.countMax()),
            request.fraction("diversity", 1),
            request.fraction("explore", EXPLORE_MAX),
            request.integer64("seed")),
        page(request.flag("paged"), request.text("cursor")));
  }

  private static @Nullable Cursor page(boolean paged, @Nullable String cursor) {
    if (cursor == null) {
      return paged ? Cursor.first(0) : null;
    }
    try {
      return Cursor.parse(cursor);
    } catch (IllegalArgumentException | BufferUnderflowException e) {
      throw ApiException.badRequest("bad_cursor", "cursor must be one that an answer gave");
    }
  }

  /** Reads {@code name:value} pairs. */
  private static Map<String, String> attributes(List<String> pairs) {
    Map<String, String> attributes = new LinkedHashMap<>();
    for (String pair : pairs) {
      int colon = pair.indexOf(':');
      if (colon <= 0) {
        throw ApiException.badRequest("bad_attribute", "attribute must read name:value");
      }
      attributes.put(pair.substring(0, colon), pair.substring(colon + 1));
    }
    return attributes;
  }

  static Query of(BodyReader body, ServingLimits limits) {
    int max = limits.excludeMax();
    return new Query(
        body.integer("count", limits.countDefault(), 1, limits.countMax()),
        body.flag("include_seen"),
        body.ids("exclude", max, false),
        ItemFilter.of(
            body.texts("categories", max),
            body.texts("brands", max),
            body.textMap("attributes", max)),
        body.flag("exact"),
        body.flag("explain"),
        new Mix(
            body.integer("category_cap", 0, 0, limits.countMax()),
            body.fraction("diversity", 1),
            body.fraction("explore", EXPLORE_MAX),
            body.optionalInteger64("seed")),
        page(body.flag("paged"), body.optionalText("cursor")));
  }
}
