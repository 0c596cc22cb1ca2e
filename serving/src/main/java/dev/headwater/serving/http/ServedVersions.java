package dev.headwater.serving.http;

import dev.headwater.events.wire.Announcement;
import dev.headwater.serving.state.Domain;
import dev.headwater.serving.state.Domains;
import dev.headwater.serving.state.View;
import java.util.Locale;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * {@code GET /v1/domains/{domain}/versions}: what this node serves, and the newest announcement.
 *
 * <p>{@code serving{model, view, index, items}} is absent until there is something to serve; {@code
 * announced{model, kind, table_version, announced_version, generation, checksum, rows, reason, who,
 * announced_ms}} is absent until something was announced; {@code users} counts known users.
 */
final class ServedVersions implements Endpoint {
  private final Domains domains;

  /** The answer. */
  record Versions(
      String domain, @Nullable Serving serving, @Nullable Announced announced, int users) {}

  /** What is served. */
  record Serving(String model, long view, String index, int items) {}

  /** What was announced last. */
  record Announced(
      String model,
      String kind,
      long tableVersion,
      long announcedVersion,
      long generation,
      String checksum,
      long rows,
      String reason,
      String who,
      long announcedMs) {}

  ServedVersions(Domains domains) {
    this.domains = domains;
  }

  @Override
  public Object handle(ApiRequest request) {
    request.allow(Set.of());
    Domain domain = request.domain(domains);
    return new Versions(
        domain.name(),
        serving(domain.view()),
        announced(domain.announcement()),
        domain.users().size());
  }

  private static @Nullable Serving serving(@Nullable View view) {
    return view == null
        ? null
        : new Serving(
            view.model(), view.id(), view.table().index().name(), view.table().vectors().size());
  }

  private static @Nullable Announced announced(@Nullable Announcement a) {
    return a == null
        ? null
        : new Announced(
            a.getModelVersion(),
            a.getKind().name().toLowerCase(Locale.ROOT),
            a.getTableVersion(),
            a.getAnnouncedVersion(),
            a.getGeneration(),
            Long.toHexString(a.getTableChecksum()),
            a.getRows(),
            a.getReason(),
            a.getWho(),
            a.getAnnouncedMs());
  }
}
