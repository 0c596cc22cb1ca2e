package dev.headwater.http;

import com.linecorp.armeria.common.AggregatedHttpResponse;
import com.linecorp.armeria.common.HttpData;
import com.linecorp.armeria.common.HttpHeaderNames;
import com.linecorp.armeria.common.HttpStatus;
import com.linecorp.armeria.common.MediaType;
import com.linecorp.armeria.common.ResponseHeaders;
import com.linecorp.armeria.common.ResponseHeadersBuilder;
import dev.headwater.client.answers.ProblemDetails;
import java.util.Map;

/**
 * An error and how it is answered.
 *
 * @param details what is wrong, as RFC 9457 writes it
 * @param headers of the answer, not in its body
 */
public record Problem(ProblemDetails details, Map<String, String> headers) {
  private static final MediaType PROBLEM_JSON = MediaType.create("application", "problem+json");
  private static final int RETRY_AFTER_SECONDS = 1;

  /** Makes one. */
  public static Problem of(HttpStatus status, String code, String detail) {
    return of(status, code, detail, Map.of());
  }

  static Problem of(HttpStatus status, String code, String detail, Map<String, String> headers) {
    return new Problem(
        new ProblemDetails(
            "urn:headwater:problem:" + code, status.reasonPhrase(), status.code(), code, detail),
        headers);
  }

  /** Returns the HTTP status. */
  public int status() {
    return details.status();
  }

  /** Returns the code, stable for programs. */
  public String code() {
    return details.code();
  }

  AggregatedHttpResponse toResponse() {
    ResponseHeadersBuilder all =
        ResponseHeaders.builder(HttpStatus.valueOf(status())).contentType(PROBLEM_JSON);
    if (status() == 503 || status() == 429) {
      all.setInt(HttpHeaderNames.RETRY_AFTER, RETRY_AFTER_SECONDS);
    }
    headers.forEach(all::set);
    return AggregatedHttpResponse.of(all.build(), HttpData.wrap(Json.bytes(details)));
  }
}
