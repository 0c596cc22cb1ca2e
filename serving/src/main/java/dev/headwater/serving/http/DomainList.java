package dev.headwater.serving.http;

import dev.headwater.client.answers.ServedDomains;
import dev.headwater.client.answers.ServedDomains.ServedDomain;
import dev.headwater.events.announce.AnnouncedState;
import dev.headwater.http.ApiRequest;
import dev.headwater.http.Endpoint;
import dev.headwater.serving.state.Domain;
import dev.headwater.serving.state.Domains;
import dev.headwater.serving.state.View;
import java.util.Set;

/**
 * {@code GET /v1/domains}: the domains of this node that the caller may name, as {@code {"domains":
 * [{domain, items, users, denied, model, table, pinned}]}}; {@code items} counts what can be
 * recommended, {@code model} is absent until there is something to serve.
 */
final class DomainList implements Endpoint {
  private final Domains domains;

  DomainList(Domains domains) {
    this.domains = domains;
  }

  @Override
  public Object handle(ApiRequest request) {
    request.allow(Set.of());
    return new ServedDomains(
        domains.all().stream()
            .filter(domain -> request.mayName(domain.name()))
            .map(DomainList::one)
            .toList());
  }

  private static ServedDomain one(Domain domain) {
    View view = domain.view();
    AnnouncedState announced = domain.announced();
    return new ServedDomain(
        domain.name(),
        view == null ? 0 : view.table().vectors().size(),
        domain.users().size(),
        domain.denied(),
        view == null ? null : view.model(),
        announced == null ? 0 : announced.announcedVersion(),
        announced != null && announced.pinned());
  }
}
