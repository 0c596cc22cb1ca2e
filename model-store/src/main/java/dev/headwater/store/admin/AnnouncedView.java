package dev.headwater.store.admin;

import dev.headwater.client.answers.AnnouncedTable;
import dev.headwater.events.announce.AnnouncedState;

/** Shows operators what a domain serves. */
final class AnnouncedView {
  private AnnouncedView() {}

  static AnnouncedTable of(AnnouncedState state) {
    AnnouncedState.Pin pin = state.pin();
    return new AnnouncedTable(
        state.domain(),
        state.modelVersion(),
        state.indexParameters(),
        state.announcedVersion(),
        state.latestVersion(),
        pin != null,
        pin == null ? null : pin.who(),
        pin == null ? null : pin.why(),
        Long.toHexString(state.checksum()),
        state.rows(),
        state.generation(),
        state.lastReason());
  }
}
