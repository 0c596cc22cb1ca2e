package dev.headwater.store.admin;

import com.linecorp.armeria.common.HttpStatus;
import dev.headwater.http.Problem;
import dev.headwater.store.table.StoreException;
import java.util.Locale;
import org.jspecify.annotations.Nullable;

/** What callers are told of the store's refusals: the code is that of the exception. */
final class StoreProblems {
  private StoreProblems() {}

  static @Nullable Problem of(Throwable cause) {
    if (cause instanceof StoreException refused) {
      return Problem.of(
          status(refused.code()),
          refused.code().name().toLowerCase(Locale.ROOT),
          String.valueOf(refused.getMessage()));
    }
    return cause instanceof IllegalArgumentException
        ? Problem.of(HttpStatus.BAD_REQUEST, "bad_request", String.valueOf(cause.getMessage()))
        : null;
  }

  private static HttpStatus status(StoreException.Code code) {
    return switch (code) {
      case UNKNOWN_TABLE, UNKNOWN_VERSION -> HttpStatus.NOT_FOUND;
      case BAD_REQUEST -> HttpStatus.BAD_REQUEST;
      case VERSION_NOT_SERVABLE, NOT_PRIMARY, NOT_READY, DIVERGED -> HttpStatus.CONFLICT;
      default -> HttpStatus.SERVICE_UNAVAILABLE;
    };
  }
}
