package dev.headwater.http;

import com.linecorp.armeria.common.AggregatedHttpRequest;
import com.linecorp.armeria.common.HttpStatus;
import com.linecorp.armeria.common.MediaType;
import com.linecorp.armeria.common.QueryParams;
import com.linecorp.armeria.common.util.TimeoutMode;
import com.linecorp.armeria.server.ServiceRequestContext;
import dev.headwater.access.Principal;
import dev.headwater.access.Rates;
import dev.headwater.events.json.Identifiers;
import io.opentelemetry.context.Context;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.List;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.Executor;
import java.util.function.Function;
import java.util.function.Predicate;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/** One request with its body: typed access that refuses what is wrong. */
public final class ApiRequest implements Parameters {
  private static final int TEXT_MAX = 500;

  private final ServiceRequestContext context;
  private final AggregatedHttpRequest http;
  private final Principal caller;
  private final EndpointService.Shared around;

  ApiRequest(
      ServiceRequestContext context,
      AggregatedHttpRequest http,
      Principal caller,
      EndpointService.Shared around) {
    this.context = context;
    this.http = http;
    this.caller = caller;
    this.around = around;
  }

  /**
   * Returns who does this, for an audit: the authenticated caller, whatever the body says; the
   * body's {@code who} only where nobody is asked for a key.
   */
  public String who(BodyReader body) {
    boolean asked = !caller.equals(Principal.ANYONE);
    return caller.auditName(asked ? body.optionalText("who") : body.words("who", TEXT_MAX));
  }

  /** Tells whether the caller may know of a domain. */
  public boolean mayName(String domain) {
    return caller.mayName(domain);
  }

  /** Takes records from the quotas of the caller and the domain, or refuses with 429. */
  public void spend(Rates.Kind kind, int count) {
    around.guard().spend(caller, Guard.domain(context), kind, count);
  }

  /** Returns the threads that go on with an answer that had to wait. */
  public Executor workers() {
    return around.workers();
  }

  /** Returns the thread for answers that look at very much; it refuses when too many wait. */
  public Executor scans() {
    return around.workers().scans();
  }

  /**
   * Does work that looks at very much where nobody waits for it but the like: 503 {@code
   * overloaded} when too many wait for that already.
   *
   * @param work returns what the endpoint would have returned
   */
  public Later scan(Supplier<?> work) {
    return scanLater(() -> CompletableFuture.completedFuture(work.get()));
  }

  /** The same for work that goes on by itself. */
  public <T> Later scanLater(Supplier<CompletableFuture<T>> work) {
    Context span = Context.current();
    return new Later(
        CompletableFuture.completedFuture(http)
            .thenComposeAsync(span.wrapFunction(whole -> inTime(work)), scans()));
  }

  private <T> CompletableFuture<T> inTime(Supplier<CompletableFuture<T>> work) {
    requireTime();
    return work.get();
  }

  /** Ends work whose caller has had the answer that it took too long. */
  public void requireTime() {
    requireTime(context);
  }

  static void requireTime(ServiceRequestContext context) {
    if (context.isTimedOut()) {
      throw ApiException.unavailable("timeout", "the request waited too long");
    }
  }

  /** Gives this request more time than others have, from now on. */
  public void mayTake(Duration time) {
    context.setRequestTimeout(TimeoutMode.SET_FROM_NOW, time);
  }

  /** Returns what a caller would be told of a failure. */
  public Problem problem(Throwable failure) {
    return around.answers().problem(failure);
  }

  /** Returns a header's value, or null. */
  public @Nullable String header(CharSequence name) {
    return http.headers().get(name);
  }

  /**
   * Returns what the domain in the path stands for.
   *
   * @param find returns null for a domain that is not served
   */
  public <T> T domain(Function<String, @Nullable T> find) {
    T domain = find.apply(path("domain"));
    if (domain == null) {
      throw ApiException.unknownDomain();
    }
    return domain;
  }

  /** Returns the name of a domain in the path that is served, whether it has records or not. */
  public String domainName(Predicate<String> serves) {
    String name = path("domain");
    if (!serves.test(name)) {
      throw ApiException.unknownDomain();
    }
    return name;
  }

  /** Returns an identifier from the path, decoded. */
  public String id(String name) {
    return checkedId(name, path(name));
  }

  /** Returns a part of the path, decoded; empty when the route has none of this name. */
  public String path(String name) {
    String value = context.pathParam(name);
    return value == null ? "" : value;
  }

  /** Checks the length of an identifier. */
  public static String checkedId(String name, String id) {
    if (id.isEmpty() || id.getBytes(StandardCharsets.UTF_8).length > Identifiers.MAX_BYTES) {
      throw ApiException.badRequest(
          "bad_id", name + " must have 1 to " + Identifiers.MAX_BYTES + " bytes");
    }
    return id;
  }

  /** Refuses query parameters other than these. */
  public void allow(Set<String> names) {
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
  @Override
  public List<String> ids(String name, int max) {
    List<String> ids = texts(name, max);
    ids.forEach(id -> checkedId(name, id));
    return ids;
  }

  /** Returns all values of a query parameter. */
  @Override
  public List<String> texts(String name, int max) {
    List<String> texts = query().getAll(name);
    if (texts.size() > max) {
      throw ApiException.badRequest("bad_" + name, name + " may be given " + max + " times");
    }
    return texts;
  }

  /** Returns an integer from the query. */
  @Override
  public int integer(String name, int absent, int min, int max) {
    String text = optionalText(name);
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
  @Override
  public float fraction(String name, float max) {
    String text = optionalText(name);
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
  @Override
  public @Nullable Long optionalInteger64(String name) {
    String text = optionalText(name);
    try {
      return text == null ? null : Long.valueOf(text);
    } catch (NumberFormatException e) {
      throw ApiException.badRequest("bad_" + name, name + " must be a 64-bit integer");
    }
  }

  /** Returns a text from the query, or null; one that is given twice is refused. */
  @Override
  public @Nullable String optionalText(String name) {
    List<String> all = query().getAll(name);
    if (all.size() > 1) {
      throw ApiException.badRequest("bad_" + name, name + " may be given once");
    }
    return all.isEmpty() ? null : all.get(0);
  }

  /** Returns a yes or no from the query. */
  @Override
  public boolean flag(String name) {
    String text = optionalText(name);
    if (text == null || "false".equals(text)) {
      return false;
    }
    if ("true".equals(text)) {
      return true;
    }
    throw ApiException.badRequest("bad_" + name, name + " must be true or false");
  }

  /** Returns the body, which must be a JSON object with no other fields than these. */
  public BodyReader body(Set<String> fields) {
    return BodyReader.of(jsonBytes(), fields);
  }

  /** Returns path and query as they were sent. */
  public String pathAndQuery() {
    return http.path();
  }

  /** Returns the bytes of a body, whatever it says it is. */
  public byte[] bytes() {
    return http.content().array();
  }

  /** Returns the bytes of a body that says it is JSON. */
  public byte[] jsonBytes() {
    @Nullable MediaType type = http.contentType();
    if (type == null || !type.is(MediaType.JSON.withoutParameters()) || !isUtf8(type)) {
      throw new ApiException(
          HttpStatus.UNSUPPORTED_MEDIA_TYPE,
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
