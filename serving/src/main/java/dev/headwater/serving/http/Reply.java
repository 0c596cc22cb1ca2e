package dev.headwater.serving.http;

import com.linecorp.armeria.common.HttpData;
import com.linecorp.armeria.common.HttpHeaders;
import com.linecorp.armeria.common.HttpStatus;
import com.linecorp.armeria.common.MediaType;

/** An answer that is not simply 200 with JSON. */
record Reply(HttpStatus status, MediaType type, HttpData body, HttpHeaders headers) {
  Reply(HttpStatus status, MediaType type, HttpData body) {
    this(status, type, body, HttpHeaders.of());
  }

  static Reply json(HttpStatus status, Object value) {
    return new Reply(status, MediaType.JSON, HttpData.wrap(Json.bytes(value)));
  }
}
