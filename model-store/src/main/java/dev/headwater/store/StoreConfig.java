package dev.headwater.store;

import com.fasterxml.jackson.annotation.JsonUnwrapped;
import dev.headwater.access.ServerTls;
import dev.headwater.configuration.ConfigFile;
import dev.headwater.configuration.Copies;
import dev.headwater.events.wire.VectorFormat;
import dev.headwater.store.admin.AdminProtection;
import dev.headwater.store.admin.StandbyConfig;
import dev.headwater.store.cycle.CycleConfig;
import dev.headwater.store.rocks.RocksConfig;
import java.nio.file.Path;
import java.util.Map;

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
 * @param standby the other store of a pair
 */
public record StoreConfig(
    Path directory,
    RocksConfig rocks,
    CycleConfig cycle,
    int adminPort,
    Path snapshotDirectory,
    int snapshotsMax,
    AdminProtection protection,
    StandbyConfig standby) {

  /** Returns the reference's settings below one directory, on a free port of loopback. */
  public static StoreConfig defaults(Path directory) {
    Settings settings =
        ConfigFile.section("store", Map.of("admin-port", 0), StoreConfig.Settings.class);
    return of(directory, settings, AdminProtection.LOOPBACK);
  }

  /** Returns what settings make of a directory. */
  public static StoreConfig of(Path directory, Settings settings, AdminProtection protection) {
    return new StoreConfig(
        directory.resolve("tables"),
        settings.rocks,
        settings.cycle,
        settings.adminPort,
        directory.resolve("snapshots"),
        settings.snapshotsMax,
        protection,
        settings.standby);
  }

  /**
   * Section {@code store} of the configuration; {@code reference.conf} says what each key means and
   * holds the defaults.
   */
  public record Settings(
      String host,
      int adminPort,
      ServerTls tls,
      @JsonUnwrapped RocksConfig rocks,
      @JsonUnwrapped CycleConfig cycle,
      int snapshotsMax,
      StandbyConfig standby) {
    /** Checks the port. */
    public Settings {
      if (adminPort < 0 || adminPort > 65_535) {
        throw new IllegalArgumentException("adminPort is 0 to 65535, not " + adminPort);
      }
    }
  }

  /** Returns a copy that stores vectors in another format. */
  public StoreConfig withFormat(VectorFormat format) {
    return Copies.with(this, "rocks", rocks.withFormat(format));
  }

  /** Returns a copy with another cycle. */
  public StoreConfig withCycle(CycleConfig other) {
    return Copies.with(this, "cycle", other);
  }

  /** Returns a copy with another port. */
  public StoreConfig withAdminPort(int port) {
    return Copies.with(this, "adminPort", port);
  }

  /** Returns a copy that is one of a pair. */
  public StoreConfig withStandby(StandbyConfig other) {
    return Copies.with(this, "standby", other);
  }

  /** Returns a copy with another protection. */
  public StoreConfig protectedBy(AdminProtection other) {
    return Copies.with(this, "protection", other);
  }
}
