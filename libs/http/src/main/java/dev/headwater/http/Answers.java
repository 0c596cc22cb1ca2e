package dev.headwater.http;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.linecorp.armeria.common.HttpData;
import com.linecorp.armeria.common.HttpStatus;
import com.linecorp.armeria.common.MediaType;
import java.io.UncheckedIOException;

/** Turns what endpoints return or throw into replies and problems. */
record Answers(ObjectMapper json, Problems problems) {
  Reply reply(Object result) {
    try {
      return result instanceof Reply given
          ? given
          : new Reply(HttpStatus.OK, MediaType.JSON, HttpData.wrap(json.writeValueAsBytes(result)));
    } catch (JsonProcessingException e) {
      throw new UncheckedIOException(e);
    }
  }

  Problem problem(Throwable failure) {
    return ProblemHandler.of(failure, problems);
  }
}
