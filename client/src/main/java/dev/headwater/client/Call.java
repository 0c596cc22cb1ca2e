package dev.headwater.client;

import org.jspecify.annotations.Nullable;

/**
 * One call, before it is made.
 *
 * @param method of HTTP
 * @param path with its query, encoded
 * @param body JSON; null for none
 * @param type of the answer
 * @param repeatable whether it may be made again when nobody knows what became of it
 * @param told status that is an answer too, not a problem; 0: none
 */
@SuppressWarnings("ArrayRecordComponent") // compared by nobody
record Call<T>(
    String method,
    String path,
    byte @Nullable [] body,
    Class<T> type,
    boolean repeatable,
    int told) {
  static <T> Call<T> get(String path, Class<T> type) {
    return new Call<>("GET", path, null, type, true, 0);
  }

  static <T> Call<T> post(String path, byte[] body, Class<T> type) {
    return new Call<>("POST", path, body, type, true, 0);
  }

  static <T> Call<T> delete(String path, Class<T> type) {
    return new Call<>("DELETE", path, null, type, true, 0);
  }

  /** Returns the call, to be made once only. */
  Call<T> once() {
    return new Call<>(method, path, body, type, false, told);
  }

  /** Returns the call, to which this status is an answer as well. */
  Call<T> orTold(int status) {
    return new Call<>(method, path, body, type, repeatable, status);
  }
}
