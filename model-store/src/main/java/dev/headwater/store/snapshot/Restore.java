package dev.headwater.store.snapshot;

import dev.headwater.store.table.StoreException;
import dev.headwater.store.table.StoreException.Code;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.time.Duration;
import java.time.Instant;
import java.util.stream.Stream;

/**
 * Makes a snapshot the directory of a node. Nothing is put in place before everything was checked;
 * each refusal has its own code: TRUNCATED (missing or short), CORRUPT (other bytes), TOO_OLD (a
 * format no longer read, or taken so long ago that tombstones since may have been compacted away),
 * TOO_NEW (format of a later release).
 */
public final class Restore {
  /** Tombstones live eight days in the topics; a snapshot must be younger by a margin. */
  public static final Duration AGE_MAX = Duration.ofDays(7);

  private Restore() {}

  /**
   * Checks and installs.
   *
   * @param snapshot directory with the files and the manifest
   * @param target directory of the node; must not exist or be empty
   * @param nowMs for the age
   */
  public static SnapshotManifest install(Path snapshot, Path target, long nowMs) {
    SnapshotManifest manifest = check(snapshot, nowMs);
    try {
      if (Files.isDirectory(target)) {
        try (Stream<Path> files = Files.list(target)) {
          if (files.findAny().isPresent()) {
            throw new StoreException(Code.BAD_REQUEST, target + " is not empty");
          }
        }
        Files.delete(target);
      }
      Path staging = target.resolveSibling(target.getFileName() + ".restoring");
      Files.createDirectories(staging);
      for (SnapshotManifest.FileEntry entry : manifest.files()) {
        place(snapshot.resolve(entry.name()), staging.resolve(entry.name()));
      }
      // It is as old as its snapshot, whatever stood here before.
      LastFollowed.note(target, Instant.ofEpochMilli(manifest.createdMs()));
      Files.move(staging, target, StandardCopyOption.ATOMIC_MOVE);
      return manifest;
    } catch (IOException e) {
      throw new StoreException(Code.STORAGE_FAILED, "cannot restore into " + target + ": " + e, e);
    }
  }

  /** Table files never change and are linked; the others are copied, for they are written on. */
  private static void place(Path from, Path to) throws IOException {
    if (from.toString().endsWith(".sst")) {
      try {
        Files.createLink(to, from);
        return;
      } catch (IOException | UnsupportedOperationException e) {
        Files.deleteIfExists(to); // another file system: copy
      }
    }
    Files.copy(from, to, StandardCopyOption.REPLACE_EXISTING);
  }

  /** Checks a snapshot and returns its manifest. */
  public static SnapshotManifest check(Path snapshot, long nowMs) {
    SnapshotManifest manifest = manifest(snapshot);
    if (nowMs - manifest.createdMs() > AGE_MAX.toMillis()) {
      throw new StoreException(
          Code.TOO_OLD,
          "the snapshot is %d days old; deletions since may be gone from the topics, the limit is %d"
              .formatted(
                  (nowMs - manifest.createdMs()) / Duration.ofDays(1).toMillis(),
                  AGE_MAX.toDays()));
    }
    manifest.files().parallelStream().forEach(entry -> check(snapshot, entry));
    return manifest;
  }

  private static SnapshotManifest manifest(Path snapshot) {
    Path file = snapshot.resolve(SnapshotManifest.FILE);
    try {
      if (!Files.isRegularFile(file)) {
        throw new StoreException(Code.TRUNCATED, "no " + SnapshotManifest.FILE + " in " + snapshot);
      }
      return SnapshotManifest.parse(Files.readAllBytes(file));
    } catch (IOException e) {
      throw new StoreException(Code.STORAGE_FAILED, "cannot read " + file + ": " + e, e);
    }
  }

  private static void check(Path snapshot, SnapshotManifest.FileEntry entry) {
    Path file = snapshot.resolve(entry.name());
    try {
      long bytes = Files.isRegularFile(file) ? Files.size(file) : 0;
      if (bytes < entry.bytes()) {
        throw new StoreException(
            Code.TRUNCATED, "%s has %d of %d bytes".formatted(entry.name(), bytes, entry.bytes()));
      }
      if (bytes > entry.bytes() || !Snapshots.sha256(file).equals(entry.sha256())) {
        throw new StoreException(Code.CORRUPT, entry.name() + " is not what was written");
      }
    } catch (IOException e) {
      throw new StoreException(Code.STORAGE_FAILED, "cannot read " + file + ": " + e, e);
    }
  }
}
