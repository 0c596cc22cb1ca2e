package dev.headwater.http;

import com.fasterxml.jackson.databind.ObjectMapper;
import dev.headwater.tracing.Tracing;
import io.micrometer.core.instrument.MeterRegistry;

/**
 * What a server works with.
 *
 * @param registry where its meters are registered
 * @param meters how they are called
 * @param tracing for spans of requests
 * @param problems words for the exceptions of its endpoints
 * @param json writes what endpoints return
 */
public record ServerParts(
    MeterRegistry registry, Meters meters, Tracing tracing, Problems problems, ObjectMapper json) {

  /**
   * How the meters of a server are called.
   *
   * @param requests timer of answers, by endpoint, status and code
   * @param inside gauge of requests in work
   * @param queued gauge of requests that wait for a worker
   * @param certificate gauge of the seconds until the certificate in use expires
   */
  public record Meters(String requests, String inside, String queued, String certificate) {}
}
