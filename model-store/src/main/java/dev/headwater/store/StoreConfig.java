package dev.headwater.store;

import dev.headwater.events.wire.VectorFormat;
import dev.headwater.store.admin.AdminProtection;
import dev.headwater.store.cycle.CycleConfig;
import dev.headwater.store.rocks.RocksConfig;
import java.nio.file.Path;

/**
 * Configuration of one store node.
 *
 * @param directory where RocksDB keeps its files; created when missing
 * @param rocks memory and layout of RocksDB
 * @param cycle sealing, validation, retention
 * @param adminPort port of the operator's HTTP interface, 0 for a free one
 * @param snapshotDirectory where snapshots are kept; on the file system of {@code directory}, so
 *     that files can be linked
 * @param snapshotsMax snapshots kept; the oldest goes first
 * @param protection where the operator's interface listens, and who may call it
 */
public record StoreConfig(
    Path directory,
    RocksConfig rocks,
    CycleConfig cycle,
    int adminPort,
    Path snapshotDirectory,
    int snapshotsMax,
    AdminProtection protection) {

  /** Returns the defaults below one directory. */
  public static StoreConfig defaults(Path directory) {
    return new StoreConfig(
        directory.resolve("tables"),
        RocksConfig.defaults(),
        CycleConfig.defaults(),
        0,
        directory.resolve("snapshots"),
        2,
        AdminProtection.LOOPBACK);
  }

  /** Returns a copy that stores vectors in another format. */
  public StoreConfig withFormat(VectorFormat format) {
    return new StoreConfig(
        directory,
        rocks.withFormat(format),
        cycle,
        adminPort,
        snapshotDirectory,
        snapshotsMax,
        protection);
  }

  /** Returns a copy with another cycle. */
  public StoreConfig withCycle(CycleConfig other) {
    return new StoreConfig(
        directory, rocks, other, adminPort, snapshotDirectory, snapshotsMax, protection);
  }

  /** Returns a copy with another port. */
  public StoreConfig withAdminPort(int port) {
    return new StoreConfig(
        directory, rocks, cycle, port, snapshotDirectory, snapshotsMax, protection);
  }

  /** Returns a copy with another protection. */
  public StoreConfig protectedBy(AdminProtection other) {
    return new StoreConfig(
        directory, rocks, cycle, adminPort, snapshotDirectory, snapshotsMax, other);
  }
}
