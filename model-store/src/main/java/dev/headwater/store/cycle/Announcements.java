package dev.headwater.store.cycle;

import dev.headwater.events.wire.Announcement;
import dev.headwater.store.table.SealedVersion;
import dev.headwater.store.table.StoreException;
import org.jspecify.annotations.Nullable;

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

  /** What was said of a version, to be said again under another kind. */
  static Announcement.Builder again(@Nullable Announcement said) {
    if (said == null) {
      throw new StoreException(
          StoreException.Code.UNKNOWN_VERSION, "the announcement log does not know the version");
    }
    return said.toBuilder().clearSequence().clearWho().clearReason();
  }
}
