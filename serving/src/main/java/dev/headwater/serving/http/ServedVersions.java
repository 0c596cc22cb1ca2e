package dev.headwater.serving.http;

import dev.headwater.client.answers.DomainVersions;
import dev.headwater.events.announce.AnnouncedState;
import dev.headwater.http.ApiRequest;
import dev.headwater.http.Endpoint;
import dev.headwater.serving.state.Domain;
import dev.headwater.serving.state.Domains;
import dev.headwater.serving.state.View;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * {@code GET /v1/domains/{domain}/versions}: what this node serves, and the newest announcement.
 *
 * <p>{@code serving{model, table, view, index, items}} is absent until there is something to serve;
 * {@code announced{model, announced_version, latest_version, pinned, pinned_by, pinned_why,
 * generation, checksum, rows, reason}} is absent until something was announced; {@code users}
 * counts known users.
 */
final class ServedVersions implements Endpoint {
  private final Domains domains;

  ServedVersions(Domains domains) {
    this.domains = domains;
  }

  @Override
  public Object handle(ApiRequest request) {
    request.allow(Set.of());
    Domain domain = request.domain(domains::find);
    return new DomainVersions(
        domain.name(),
        serving(domain.view()),
        announced(domain.announced()),
        domain.users().size());
  }

  private static DomainVersions.@Nullable Serving serving(@Nullable View view) {
    return view == null
        ? null
        : new DomainVersions.Serving(
            view.model(),
            view.table().version(),
            view.id(),
            view.table().index().name(),
            view.table().vectors().size());
  }

  private static DomainVersions.@Nullable Announced announced(@Nullable AnnouncedState a) {
    AnnouncedState.Pin pin = a == null ? null : a.pin();
    return a == null
        ? null
        : new DomainVersions.Announced(
            a.modelVersion(),
            a.announcedVersion(),
            a.latestVersion(),
            a.pinned(),
            pin == null ? null : pin.who(),
            pin == null ? null : pin.why(),
            a.generation(),
            Long.toHexString(a.checksum()),
            a.rows(),
            a.lastReason());
  }
}
