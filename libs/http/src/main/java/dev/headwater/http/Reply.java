package dev.headwater.http;

import com.linecorp.armeria.common.HttpData;
import com.linecorp.armeria.common.HttpHeaders;
import com.linecorp.armeria.common.HttpResponse;
import com.linecorp.armeria.common.HttpStatus;
import com.linecorp.armeria.common.MediaType;
import com.linecorp.armeria.common.ResponseHeaders;
import com.linecorp.armeria.common.stream.StreamMessage;

/** An answer that is not simply 200 with JSON. */
public record Reply(HttpStatus status, MediaType type, Body body, HttpHeaders headers) {
  /** What comes after the headers. */
  @FunctionalInterface
  public interface Body {
    /** Begins the answer. */
    HttpResponse toResponse(ResponseHeaders headers);
  }

  /** An answer without headers of its own. */
  public Reply(HttpStatus status, MediaType type, HttpData body) {
    this(status, type, body, HttpHeaders.of());
  }

  /** An answer that is there whole. */
  public Reply(HttpStatus status, MediaType type, HttpData body, HttpHeaders headers) {
    this(status, type, all -> HttpResponse.of(all, body), headers);
  }

  /** An answer that is read piece by piece, as the caller takes it, on no thread of the server. */
  public static Reply stream(
      HttpStatus status, MediaType type, StreamMessage<HttpData> body, HttpHeaders headers) {
    return new Reply(status, type, all -> HttpResponse.of(all, body), headers);
  }

  /** A value as JSON. */
  public static Reply json(HttpStatus status, Object value) {
    return new Reply(status, MediaType.JSON, HttpData.wrap(Json.bytes(value)));
  }
}
