package dev.headwater.store.cycle;

import dev.headwater.events.wire.Announcement;
import dev.headwater.store.table.SealedVersion;

/** Fills announcements from manifests. */
final class Announcements {
  private Announcements() {}

  static Announcement.Builder about(SealedVersion version, Announcement.Kind kind) {
    return Announcement.newBuilder()
        .setDomain(version.domain())
        .setModel(version.model())
        .setKind(kind)
        .setTableVersion(version.version())
        .setModelVersion(version.model())
        .setTableChecksum(version.checksum())
        .setRows(version.rows())
        .setGeneration(version.generation())
        .putAllOffsets(version.offsets())
        .setSealedMs(version.sealedMs())
        .addAllVerdicts(version.verdicts());
  }
}
