package dev.headwater.store.admin;

import dev.headwater.client.answers.KeptVersions;
import dev.headwater.client.answers.KeptVersions.KeptVersion;
import dev.headwater.events.announce.AnnouncedState;
import dev.headwater.http.ApiRequest;
import dev.headwater.http.Endpoint;
import dev.headwater.store.cycle.StoreEngine;
import dev.headwater.store.table.SealedVersion;
import dev.headwater.store.table.TableId;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;

/**
 * {@code GET /v1/versions[?domain=D]}: what is kept, oldest first, of one domain or all: {@code
 * {"versions": [{version, domain, model, status, announced, pinned, pinnedBy, rows, touched,
 * checksum, generation, sealedMs, deleted, verdicts, offsets}]}}.
 */
record VersionList(StoreEngine engine) implements Endpoint {
  @Override
  public Object handle(ApiRequest request) {
    request.allow(Set.of("domain"));
    String domain = request.optionalText("domain");
    List<KeptVersion> all = new ArrayList<>();
    for (TableId table : engine.store().tables()) {
      if (domain == null || domain.equals(table.domain())) {
        AnnouncedState state = engine.book().state(table.domain(), table.model());
        boolean active = table.model().equals(engine.book().model(table.domain()));
        engine.store().versions(table).forEach(each -> all.add(view(each, state, active)));
      }
    }
    return new KeptVersions(all);
  }

  private static KeptVersion view(SealedVersion version, AnnouncedState state, boolean active) {
    boolean announced = active && state.announcedVersion() == version.version();
    AnnouncedState.Pin pin = announced ? state.pin() : null;
    return new KeptVersion(
        version.version(),
        version.domain(),
        version.model(),
        version.status().name(),
        announced,
        pin != null,
        pin == null ? null : pin.who(),
        version.rows(),
        version.touched(),
        Long.toHexString(version.checksum()),
        version.generation(),
        version.sealedMs(),
        version.deleted(),
        version.verdicts(),
        version.offsets());
  }
}
