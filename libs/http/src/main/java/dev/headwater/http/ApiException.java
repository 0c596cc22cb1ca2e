package dev.headwater.http;

import com.linecorp.armeria.common.HttpStatus;
import dev.headwater.access.Rates;
import dev.headwater.access.Role;
import dev.headwater.access.UnauthenticatedException;
import java.util.Locale;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** A request that is answered with a problem: status, stable code, and a sentence for a person. */
public final class ApiException extends RuntimeException {
  /** The header that says after how many seconds it is worth asking again. */
  public static final String RETRY_AFTER = "retry-after";

  private static final long serialVersionUID = 1L;

  private final int status;
  private final String code;
  private final transient Map<String, String> headers;

  /** Creates one. */
  public ApiException(HttpStatus status, String code, String detail) {
    this(status, code, detail, Map.of());
  }

  /**
   * Creates one that another node has answered with.
   *
   * @param retryAfter what that said of when to ask again, null: nothing
   */
  public ApiException(HttpStatus status, String code, String detail, @Nullable String retryAfter) {
    this(status, code, detail, retryAfter == null ? Map.of() : Map.of(RETRY_AFTER, retryAfter));
  }

  private ApiException(HttpStatus status, String code, String detail, Map<String, String> headers) {
    super(detail, null, false, false);
    this.status = status.code();
    this.code = code;
    this.headers = headers;
  }

  static ApiException unauthenticated(UnauthenticatedException e) {
    return new ApiException(
        HttpStatus.UNAUTHORIZED,
        "unauthenticated",
        String.valueOf(e.getMessage()),
        Map.of("www-authenticate", e.challenge()));
  }

  static ApiException forbidden(Role needed, String detail) {
    String challenge =
        "Bearer realm=\"headwater\", error=\"insufficient_scope\", scope=\"%s\""
            .formatted(needed.text());
    return new ApiException(
        HttpStatus.FORBIDDEN, "forbidden", detail, Map.of("www-authenticate", challenge));
  }

  /** 404: the domain is not served here, or the caller may not know that it is. */
  public static ApiException unknownDomain() {
    return notFound("unknown_domain", "this node does not serve this domain");
  }

  static ApiException quotaExceeded(Rates.Kind kind, int waitSeconds) {
    return new ApiException(
        HttpStatus.TOO_MANY_REQUESTS,
        "quota_exceeded",
        "more " + kind.name().toLowerCase(Locale.ROOT) + " a second than allowed here",
        Map.of(RETRY_AFTER, Integer.toString(waitSeconds)));
  }

  /** 400. */
  public static ApiException badRequest(String code, String detail) {
    return new ApiException(HttpStatus.BAD_REQUEST, code, detail);
  }

  /** 404. */
  public static ApiException notFound(String code, String detail) {
    return new ApiException(HttpStatus.NOT_FOUND, code, detail);
  }

  /** 503, with {@code Retry-After}. */
  public static ApiException unavailable(String code, String detail) {
    return new ApiException(HttpStatus.SERVICE_UNAVAILABLE, code, detail);
  }

  HttpStatus status() {
    return HttpStatus.valueOf(status);
  }

  /** Returns headers that the answer carries. */
  Map<String, String> headers() {
    return headers;
  }

  String code() {
    return code;
  }

  String detail() {
    return String.valueOf(getMessage());
  }
}
