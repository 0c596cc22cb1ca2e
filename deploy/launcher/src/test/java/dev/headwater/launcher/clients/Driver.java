package dev.headwater.launcher.clients;

import com.fasterxml.jackson.databind.JsonNode;
import java.io.IOException;

/** Makes the call of a case through the client of one language. */
interface Driver extends AutoCloseable {
  /** Names the language, in values of cases too. */
  String name();

  /**
   * Makes a call.
   *
   * @param asked {@code url, key?, attempts, first_wait_ms, longest_wait_ms, call, path[[name,
   *     value]], query{}, body?, body_type?}
   * @return {@code answer}; or {@code refused{status, code, detail, retry_after?}}, the typed error
   *     of the language; or {@code failed}, a failure of any other kind
   */
  JsonNode run(JsonNode asked) throws Exception;

  @Override
  default void close() throws IOException {}
}
