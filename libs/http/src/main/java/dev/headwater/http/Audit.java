package dev.headwater.http;

import com.linecorp.armeria.common.HttpStatus;
import com.linecorp.armeria.server.ServiceRequestContext;
import dev.headwater.access.Principal;
import dev.headwater.access.Role;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Writes a line for every call of a route that only operators may use, refused ones too; of what
 * parts ask each other the refused ones alone. Never holds credentials.
 */
final class Audit {
  private static final Logger LOG = LoggerFactory.getLogger("headwater.audit");

  private final String server;

  Audit(String server) {
    this.server = server;
  }

  void called(
      ApiRoute route, ServiceRequestContext context, Principal caller, int status, String code) {
    if (isWritten(route, status)) {
      LOG.info(
          "{}: {} {} domain={} by={} from={} {} {}",
          server,
          route.method(),
          route.name(),
          plain(Guard.domain(context)),
          plain(caller.name()),
          context.clientAddress().getHostAddress(),
          status,
          code);
    }
  }

  static boolean isWritten(ApiRoute route, int status) {
    boolean refused = status >= HttpStatus.BAD_REQUEST.code();
    return route.role() == Role.OPERATOR && (refused || !route.isInternal());
  }

  /** A line stays a line, whatever a path holds. */
  private static String plain(String text) {
    return text.replaceAll("[^\\p{L}\\p{N}._@:/-]", "?");
  }
}
