package dev.headwater.serving.http;

import com.linecorp.armeria.common.AggregatedHttpRequest;
import com.linecorp.armeria.common.MediaType;
import com.linecorp.armeria.common.QueryParams;
import com.linecorp.armeria.server.ServiceRequestContext;
import dev.headwater.access.Principal;
import dev.headwater.access.Rates;
import dev.headwater.events.json.Identifiers;
import dev.headwater.serving.state.Domain;
import dev.headwater.serving.state.Domains;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Set;
import java.util.concurrent.Executor;
import org.jspecify.annotations.Nullable;

/** One request with its body: typed access that refuses what is wrong. */
final class ApiRequest {
  private static final int TEXT_MAX = 500;

  private final ServiceRequestContext context;
  private final AggregatedHttpRequest http;
  private final Executor workers;
  private final Principal caller;
  private final Guard guard;

  ApiRequest(
      ServiceRequestContext context,
      AggregatedHttpRequest http,
      Executor workers,
      Principal caller,
      Guard guard) {
    this.context = context;
    this.http = http;
    this.workers = workers;
    this.caller = caller;
    this.guard = guard;
  }

  /**
   * Returns who does this, for an audit: the authenticated caller, whatever the body says; the
   * body's {@code who} only where nobody is asked for a key.
   */
  String who(BodyReader body) {
    boolean asked = !caller.equals(Principal.ANYONE);
    return caller.auditName(asked ? body.optionalText("who") : body.text("who", TEXT_MAX));
  }

  /** Tells whether the caller may know of a domain. */
  boolean mayName(String domain) {
    return caller.mayName(domain);
  }

  /** Takes records from the quotas of the caller and the domain, or refuses with 429. */
  void spend(Rates.Kind kind, int count) {
    guard.spend(caller, Guard.domain(context), kind, count);
  }

  /** Returns the threads that go on with an answer that had to wait. */
  Executor workers() {
    return workers;
  }

  /** Returns the domain named in the path. */
  Domain domain(Domains domains) {
    String name = path("domain");
    Domain domain = domains.find(name);
    if (domain == null) {
      throw ApiException.unknownDomain();
    }
    return domain;
  }

  /** Returns the name of a domain that this node may write to, whether it has records or not. */
  String domainName(Domains domains) {
    String name = path("domain");
    if (!domains.serves(name)) {
      throw ApiException.unknownDomain();
    }
    return name;
  }

  /** Returns an identifier from the path, decoded. */
  String id(String name) {
    return checkedId(name, path(name));
  }

  private String path(String name) {
    String value = context.pathParam(name);
    return value == null ? "" : value;
  }

  /** Checks the length of an identifier. */
  static String checkedId(String name, String id) {
    if (id.isEmpty() || id.getBytes(StandardCharsets.UTF_8).length > Identifiers.MAX_BYTES) {
      throw ApiException.badRequest(
          "bad_id", name + " must have 1 to " + Identifiers.MAX_BYTES + " bytes");
    }
    return id;
  }

  /** Refuses query parameters other than these. */
  void allow(Set<String> names) {
    for (String name : query().names()) {
      if (!names.contains(name)) {
        throw ApiException.badRequest(
            "unknown_parameter", "unknown parameter; known here: " + sorted(names));
      }
    }
  }

  private static List<String> sorted(Set<String> names) {
    return names.stream().sorted().toList();
  }

  private QueryParams query() {
    return context.queryParams();
  }

  /** Returns all values of a query parameter that holds identifiers. */
  List<String> ids(String name, int max) {
    List<String> ids = texts(name, max);
    ids.forEach(id -> checkedId(name, id));
    return ids;
  }

  /** Returns all values of a query parameter. */
  List<String> texts(String name, int max) {
    List<String> texts = query().getAll(name);
    if (texts.size() > max) {
      throw ApiException.badRequest("bad_" + name, name + " may be given " + max + " times");
    }
    return texts;
  }

  /** Returns an integer from the query. */
  int integer(String name, int absent, int min, int max) {
    String text = text(name);
    if (text == null) {
      return absent;
    }
    try {
      int value = Integer.parseInt(text);
      if (value >= min && value <= max) {
        return value;
      }
    } catch (NumberFormatException e) {
      // Told below, as for a number out of range.
    }
    throw ApiException.badRequest(
        "bad_" + name, name + " must be an integer from " + min + " to " + max);
  }

  /** Returns a number from 0 to {@code max} from the query; absent is 0. */
  float fraction(String name, float max) {
    String text = text(name);
    if (text == null) {
      return 0;
    }
    try {
      return checkedFraction(name, Double.parseDouble(text), max);
    } catch (NumberFormatException e) {
      throw ApiException.badRequest("bad_" + name, name + " must be a number from 0 to " + max);
    }
  }

  /** Checks a number from 0 to {@code max}; NaN is none. */
  static float checkedFraction(String name, double value, float max) {
    if (!(value >= 0 && value <= max)) {
      throw ApiException.badRequest("bad_" + name, name + " must be a number from 0 to " + max);
    }
    return (float) value;
  }

  /** Returns a 64-bit integer from the query, or null. */
  @Nullable Long integer64(String name) {
    String text = text(name);
    try {
      return text == null ? null : Long.valueOf(text);
    } catch (NumberFormatException e) {
      throw ApiException.badRequest("bad_" + name, name + " must be a 64-bit integer");
    }
  }

  /** Returns a text from the query, or null; one that is given twice is refused. */
  @Nullable String text(String name) {
    List<String> all = query().getAll(name);
    if (all.size() > 1) {
      throw ApiException.badRequest("bad_" + name, name + " may be given once");
    }
    return all.isEmpty() ? null : all.get(0);
  }

  /** Returns a yes or no from the query. */
  boolean flag(String name) {
    String text = text(name);
    if (text == null || "false".equals(text)) {
      return false;
    }
    if ("true".equals(text)) {
      return true;
    }
    throw ApiException.badRequest("bad_" + name, name + " must be true or false");
  }

  /** Returns the body, which must be a JSON object with no other fields than these. */
  BodyReader body(Set<String> fields) {
    return BodyReader.of(jsonBytes(), fields);
  }

  /** Returns the bytes of a body that says it is JSON. */
  byte[] jsonBytes() {
    @Nullable MediaType type = http.contentType();
    if (type == null || !type.is(MediaType.JSON.withoutParameters()) || !isUtf8(type)) {
      throw new ApiException(
          com.linecorp.armeria.common.HttpStatus.UNSUPPORTED_MEDIA_TYPE,
          "wrong_content_type",
          "the body must be application/json in UTF-8");
    }
    byte[] bytes = http.content().array();
    // The JSON reader lets overlong escapes of characters pass: one identifier in two spellings.
    if (!PercentText.isUtf8(ByteBuffer.wrap(bytes))) {
      throw ApiException.badRequest("malformed_body", "the body is not UTF-8");
    }
    return bytes;
  }

  private static boolean isUtf8(MediaType type) {
    List<String> charsets = type.parameters().getOrDefault("charset", List.of());
    return charsets.stream().allMatch("utf-8"::equalsIgnoreCase);
  }
}
