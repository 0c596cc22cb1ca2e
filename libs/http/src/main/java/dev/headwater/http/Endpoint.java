package dev.headwater.http;

/** Answers one kind of request. Called on a worker thread; thread-safe. */
@FunctionalInterface
public interface Endpoint {
  /**
   * Answers a request.
   *
   * @return a value to be written as JSON, a {@link Reply}, or one of them {@link Later}
   */
  Object handle(ApiRequest request);
}
