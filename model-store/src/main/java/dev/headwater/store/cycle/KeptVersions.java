package dev.headwater.store.cycle;

import dev.headwater.store.table.EmbeddingStore;
import dev.headwater.store.table.SealedVersion;
import dev.headwater.store.table.StoreException;
import dev.headwater.store.table.StoreException.Code;
import dev.headwater.store.table.TableId;
import dev.headwater.store.table.VersionStatus;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** Finds versions among those a store keeps. Thread-safe as the store is. */
final class KeptVersions {
  private final EmbeddingStore store;

  KeptVersions(EmbeddingStore store) {
    this.store = store;
  }

  @Nullable SealedVersion find(TableId table, long version) {
    return store.versions(table).stream()
        .filter(each -> each.version() == version)
        .findFirst()
        .orElse(null);
  }

  /** Finds a version by its number, which is unique in the store. */
  SealedVersion require(long version) {
    for (TableId table : store.tables()) {
      SealedVersion found = find(table, version);
      if (found != null) {
        return found;
      }
    }
    throw new StoreException(Code.UNKNOWN_VERSION, "no version " + version + " is kept here");
  }

  SealedVersion requireServable(long version) {
    SealedVersion found = require(version);
    if (!isServable(found)) {
      throw new StoreException(
          Code.VERSION_NOT_SERVABLE,
          "version %d is %s and cannot be served".formatted(version, found.status()));
    }
    return found;
  }

  @Nullable SealedVersion newest(TableId table) {
    List<SealedVersion> versions = store.versions(table);
    return versions.isEmpty() ? null : versions.get(versions.size() - 1);
  }

  /** Returns the newest version that passed the validators and was not taken back. */
  @Nullable SealedVersion newestServable(TableId table) {
    List<SealedVersion> versions = store.versions(table);
    for (int i = versions.size() - 1; i >= 0; i--) {
      if (isServable(versions.get(i))) {
        return versions.get(i);
      }
    }
    return null;
  }

  static boolean isServable(SealedVersion version) {
    return version.status() == VersionStatus.VALIDATED
        || version.status() == VersionStatus.ANNOUNCED;
  }

  void note(SealedVersion version, VersionStatus status) {
    if (version.status() != status) {
      store.update(version.withStatus(status));
    }
  }

  /** Takes back every version of a retired table; tells whether one was not yet. */
  boolean retire(TableId table) {
    boolean news = false;
    for (SealedVersion each : store.versions(table)) {
      news |= each.status() != VersionStatus.RETRACTED;
      note(each, VersionStatus.RETRACTED);
    }
    return news;
  }

  /** Takes back every version after one; returns those that could have been served. */
  List<Long> retractAfter(TableId table, long version) {
    List<Long> retracted = new ArrayList<>();
    for (SealedVersion each : store.versions(table)) {
      if (each.version() > version && each.status() != VersionStatus.REJECTED) {
        note(each, VersionStatus.RETRACTED);
        retracted.add(each.version());
      }
    }
    return retracted;
  }
}
