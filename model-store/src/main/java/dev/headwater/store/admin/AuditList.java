package dev.headwater.store.admin;

import dev.headwater.client.answers.AuditTrail;
import dev.headwater.client.answers.AuditTrail.AuditEntry;
import dev.headwater.events.wire.Announcement;
import dev.headwater.http.ApiRequest;
import dev.headwater.http.Endpoint;
import dev.headwater.store.cycle.StoreEngine;
import java.util.List;
import java.util.Set;

/**
 * {@code GET /v1/audit[?domain=D]}: who did what, when and why, oldest first: {@code {"audit":
 * [{sequence, announcedMs, domain, model, kind, version, announcedVersion, generation, who, why,
 * verdicts}]}}.
 */
record AuditList(StoreEngine engine) implements Endpoint {
  @Override
  public Object handle(ApiRequest request) {
    request.allow(Set.of("domain"));
    String domain = request.optionalText("domain");
    List<AuditEntry> entries =
        engine.book().history().stream()
            .filter(each -> domain == null || domain.equals(each.getDomain()))
            .map(AuditList::entry)
            .toList();
    return new AuditTrail(entries);
  }

  private static AuditEntry entry(Announcement each) {
    return new AuditEntry(
        each.getSequence(),
        each.getAnnouncedMs(),
        each.getDomain(),
        each.getModel(),
        each.getKind().name(),
        each.getTableVersion(),
        each.getAnnouncedVersion(),
        each.getGeneration(),
        each.getWho(),
        each.getReason(),
        List.copyOf(each.getVerdictsList()));
  }
}
