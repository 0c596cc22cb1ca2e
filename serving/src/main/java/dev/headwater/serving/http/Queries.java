package dev.headwater.serving.http;

import dev.headwater.http.ApiException;
import dev.headwater.http.ApiRequest;
import dev.headwater.http.BodyReader;
import dev.headwater.http.Parameters;
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
    return of(
        request,
        ItemFilter.of(
            request.texts("category", max),
            request.texts("brand", max),
            attributes(request.texts("attribute", max))),
        limits);
  }

  static Query of(BodyReader body, ServingLimits limits) {
    int max = limits.excludeMax();
    return of(
        body,
        ItemFilter.of(
            body.texts("categories", max),
            body.texts("brands", max),
            body.textMap("attributes", max)),
        limits);
  }

  private static Query of(Parameters asked, ItemFilter filter, ServingLimits limits) {
    return new Query(
        asked.integer("count", limits.countDefault(), 1, limits.countMax()),
        asked.flag("include_seen"),
        asked.ids("exclude", limits.excludeMax()),
        filter,
        asked.flag("exact"),
        asked.flag("explain"),
        new Mix(
            asked.integer("category_cap", 0, 0, limits.countMax()),
            asked.fraction("diversity", 1),
            asked.fraction("explore", EXPLORE_MAX),
            asked.optionalInteger64("seed")),
        page(asked.flag("paged"), asked.optionalText("cursor")));
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
}
