package dev.headwater.serving.http;

import com.linecorp.armeria.common.HttpStatus;

/** A request that is answered with a problem: status, stable code, and a sentence for a person. */
final class ApiException extends RuntimeException {
  private static final long serialVersionUID = 1L;

  private final int status;
  private final String code;

  ApiException(HttpStatus status, String code, String detail) {
    super(detail, null, false, false);
    this.status = status.code();
    this.code = code;
  }

  static ApiException badRequest(String code, String detail) {
    return new ApiException(HttpStatus.BAD_REQUEST, code, detail);
  }

  static ApiException notFound(String code, String detail) {
    return new ApiException(HttpStatus.NOT_FOUND, code, detail);
  }

  static ApiException unavailable(String code, String detail) {
    return new ApiException(HttpStatus.SERVICE_UNAVAILABLE, code, detail);
  }

  HttpStatus status() {
    return HttpStatus.valueOf(status);
  }

  String code() {
    return code;
  }

  String detail() {
    return String.valueOf(getMessage());
  }
}
