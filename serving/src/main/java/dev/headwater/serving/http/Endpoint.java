package dev.headwater.serving.http;

/** Answers one kind of request. Called on a worker thread; thread-safe. */
@FunctionalInterface
interface Endpoint {
  /**
   * Answers a request.
   *
   * @return a value to be written as JSON, or a {@link Reply}
   */
  Object handle(ApiRequest request);
}
