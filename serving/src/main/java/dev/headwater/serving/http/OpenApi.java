package dev.headwater.serving.http;

import com.linecorp.armeria.common.HttpData;
import com.linecorp.armeria.common.HttpStatus;
import com.linecorp.armeria.common.MediaType;
import dev.headwater.http.ApiRequest;
import dev.headwater.http.Endpoint;
import dev.headwater.http.Reply;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.util.Objects;

/** {@code GET /openapi.json}: this API for programs that generate clients; OpenAPI 3.1. */
final class OpenApi implements Endpoint {
  private final Reply reply;

  OpenApi() {
    try (InputStream in = OpenApi.class.getResourceAsStream("openapi.json")) {
      byte[] bytes = Objects.requireNonNull(in, "openapi.json").readAllBytes();
      reply = new Reply(HttpStatus.OK, MediaType.JSON, HttpData.wrap(bytes));
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  @Override
  public Object handle(ApiRequest request) {
    return reply;
  }
}
