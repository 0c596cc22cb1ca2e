package dev.headwater.serving.config;

import dev.headwater.configuration.Copies;
import dev.headwater.events.RecordLimits;
import dev.headwater.idp.bundle.Precision;
import dev.headwater.serving.items.Slice;
import dev.headwater.serving.lag.HeartbeatConfig;
import dev.headwater.serving.state.Arm;
import java.net.URI;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * How a serving node is set up.
 *
 * @param domains the domains to serve; empty: all that the topics name, up to a limit
 * @param bundleDirectory where {@code publish} puts bundles, one folder a bundle id
 * @param settings section {@code serving} of the configuration
 * @param protection who may call, over which connections, how often
 * @param heartbeats how lag is measured
 * @param users where users go that are not in memory
 * @param records what is refused of published records: ingest's, whose dead letters they would be
 */
public record ServingConfig(
    Set<String> domains,
    Path bundleDirectory,
    ServingSettings settings,
    Protection protection,
    HeartbeatConfig heartbeats,
    UsersOnDisk users,
    RecordLimits records) {

  /**
   * Where users go that have no place in memory.
   *
   * @param directory below which the node makes a folder of its own; null: they are forgotten
   * @param max users of all domains there
   */
  public record UsersOnDisk(@Nullable Path directory, long max) {
    /** Nobody goes to disk. */
    public static final UsersOnDisk NONE = new UsersOnDisk(null, 0);
  }

  /** Copies the collection. */
  public ServingConfig {
    domains = Set.copyOf(domains);
  }

  /**
   * Returns the reference's settings for a bundle directory, but that the node takes traffic
   * without a warm-up; open, and nobody goes to disk.
   */
  public static ServingConfig defaults(Path bundleDirectory) {
    return new ServingConfig(
        Set.of(),
        bundleDirectory,
        ServingSettings.of(Map.of("warm-up", "0 s")),
        Protection.NONE,
        HeartbeatConfig.DEFAULT,
        UsersOnDisk.NONE,
        RecordLimits.DEFAULT);
  }

  /** Returns the address to listen on. */
  public String host() {
    return settings.listener().host();
  }

  /** Returns the port to listen on, 0 for a free one. */
  public int port() {
    return settings.listener().port();
  }

  /**
   * Returns a name that is the same after each start, and another than that of a second node on the
   * same machine; one that listens wherever it is free bears that of its heartbeats alone.
   */
  public String node() {
    return port() == 0 ? heartbeats.node() : heartbeats.node() + ":" + port();
  }

  /** Returns the model store's operator address; null: pin and rollback are refused. */
  public @Nullable URI storeAdmin() {
    return settings.store().storeAdmin();
  }

  /** Returns the operator address of the other store of a pair; null: there is one store. */
  public @Nullable URI storeAdminOther() {
    return settings.store().storeAdminOther();
  }

  /** Returns the bounds. */
  public ServingLimits limits() {
    return settings.limits();
  }

  /** Returns where histories are encoded. */
  public Placement placement() {
    return settings.placement();
  }

  /** Returns the same on another address. */
  public ServingConfig at(String host, int port) {
    return with("listener", new ServingSettings.Listener(host, port, settings.listener().tls()));
  }

  /** Returns the same for other domains. */
  public ServingConfig serving(Set<String> newDomains) {
    return Copies.with(this, "domains", newDomains);
  }

  /** Returns the same with other bounds. */
  public ServingConfig within(ServingLimits newLimits) {
    return with("limits", newLimits);
  }

  /** Returns the same with arms. */
  public ServingConfig comparing(List<Arm> newArms) {
    return with("arms", newArms);
  }

  /** Returns the same with operator calls forwarded to a store. */
  public ServingConfig forwardingTo(URI newStoreAdmin) {
    return with("store", Copies.with(settings.store(), "storeAdmin", newStoreAdmin));
  }

  /**
   * Returns the same with rows from a fetched snapshot, so that only what came after it is read
   * from the topics.
   */
  public ServingConfig from(Path newSnapshot) {
    return with("snapshot", newSnapshot);
  }

  /** Returns the same that keeps what it knows of items in a directory, over a restart. */
  public ServingConfig resuming(Path directory) {
    return with("savedState", directory);
  }

  /** Returns the same with answers from the learned rows alone, or from all experts. */
  public ServingConfig ranked(boolean enabled) {
    return with("ranker", new ServingSettings.RankerSwitch(enabled));
  }

  /** Returns the same with a warm-up that may take so long; zero: none. */
  public ServingConfig warmedUp(Duration most) {
    return with("warmUp", most);
  }

  /** Returns the same that holds one of so many shards, and waits so long for another. */
  public ServingConfig holding(Slice slice, int generation, Duration timeout) {
    ShardSettings shards = settings.shards();
    return with(
        "shards",
        new ShardSettings(
            slice.shards(),
            slice.shard(),
            generation,
            shards.address(),
            shards.keyFile(),
            shards.authorities(),
            shards.hedge(),
            timeout));
  }

  /** Returns which part of the items and users this node holds. */
  public Slice slice() {
    return settings.shards().slice();
  }

  /** Returns the same on another device. */
  public ServingConfig placed(Placement newPlacement) {
    return with("placement", newPlacement);
  }

  /** Returns the same that keeps rows in another precision. */
  public ServingConfig keepingRowsIn(Precision newPrecision) {
    return with("rowPrecision", newPrecision);
  }

  /** Returns the same with another protection. */
  public ServingConfig protectedBy(Protection newProtection) {
    return Copies.with(this, "protection", newProtection);
  }

  /** Returns the same with lag measured otherwise. */
  public ServingConfig measuring(HeartbeatConfig newHeartbeats) {
    return Copies.with(this, "heartbeats", newHeartbeats);
  }

  /** Returns the same with users on disk. */
  public ServingConfig keeping(UsersOnDisk newUsers) {
    return Copies.with(this, "users", newUsers);
  }

  private ServingConfig with(String setting, Object value) {
    return Copies.with(this, "settings", Copies.with(settings, setting, value));
  }
}
