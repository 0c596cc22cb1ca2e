package dev.headwater.serving;

import dev.headwater.serving.state.Arm;
import java.net.URI;
import java.nio.file.Path;
import java.util.List;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * How a serving node is set up.
 *
 * @param host address to listen on
 * @param port 0 for a free one
 * @param domains the domains to serve; empty: all that the topics name, up to a limit
 * @param bundleDirectory where {@code publish} puts bundles, one folder a bundle id
 * @param storeAdmin the model store's operator address; null: pin and rollback are refused
 * @param popularityWindow interactions that the popularity fallback looks back over
 * @param rowNormMin shortest vector that is served
 * @param rowNormMax longest vector that is served
 * @param limits bounds
 * @param arms models that serve a part of the users each, for comparison
 * @param placement where histories are encoded
 * @param snapshot directory of a fetched store snapshot that rows are read from at the start, so
 *     that only what came after it is read from the topics; null: all is read from the topics
 * @param users where users go that are not in memory
 * @param textFallback whether an item's text stands in while its row is missing
 */
public record ServingConfig(
    String host,
    int port,
    Set<String> domains,
    Path bundleDirectory,
    @Nullable URI storeAdmin,
    int popularityWindow,
    float rowNormMin,
    float rowNormMax,
    ServingLimits limits,
    List<Arm> arms,
    Placement placement,
    @Nullable Path snapshot,
    UsersOnDisk users,
    boolean textFallback) {

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

  /** Copies the collections; shares of arms add up to 1 at most. */
  public ServingConfig {
    domains = Set.copyOf(domains);
    arms = List.copyOf(arms);
    if (arms.stream().mapToDouble(Arm::share).sum() > 1) {
      throw new IllegalArgumentException("the shares of all arms add up to more than 1");
    }
  }

  /** Returns the defaults for a bundle directory. */
  public static ServingConfig defaults(Path bundleDirectory) {
    return new ServingConfig(
        "0.0.0.0",
        8080,
        Set.of(),
        bundleDirectory,
        null,
        2_000,
        1e-6f,
        1_000f,
        ServingLimits.defaults(),
        List.of(),
        Placement.CPU,
        null,
        UsersOnDisk.NONE,
        true);
  }

  /** Returns the same on another address. */
  public ServingConfig at(String newHost, int newPort) {
    return new ServingConfig(
        newHost,
        newPort,
        domains,
        bundleDirectory,
        storeAdmin,
        popularityWindow,
        rowNormMin,
        rowNormMax,
        limits,
        arms,
        placement,
        snapshot,
        users,
        textFallback);
  }

  /** Returns the same for other domains. */
  public ServingConfig serving(Set<String> newDomains) {
    return new ServingConfig(
        host,
        port,
        newDomains,
        bundleDirectory,
        storeAdmin,
        popularityWindow,
        rowNormMin,
        rowNormMax,
        limits,
        arms,
        placement,
        snapshot,
        users,
        textFallback);
  }

  /** Returns the same with other bounds. */
  public ServingConfig within(ServingLimits newLimits) {
    return new ServingConfig(
        host,
        port,
        domains,
        bundleDirectory,
        storeAdmin,
        popularityWindow,
        rowNormMin,
        rowNormMax,
        newLimits,
        arms,
        placement,
        snapshot,
        users,
        textFallback);
  }

  /** Returns the same with arms. */
  public ServingConfig comparing(List<Arm> newArms) {
    return new ServingConfig(
        host,
        port,
        domains,
        bundleDirectory,
        storeAdmin,
        popularityWindow,
        rowNormMin,
        rowNormMax,
        limits,
        newArms,
        placement,
        snapshot,
        users,
        textFallback);
  }

  /** Returns the same with operator calls forwarded to a store. */
  public ServingConfig forwardingTo(URI newStoreAdmin) {
    return new ServingConfig(
        host,
        port,
        domains,
        bundleDirectory,
        newStoreAdmin,
        popularityWindow,
        rowNormMin,
        rowNormMax,
        limits,
        arms,
        placement,
        snapshot,
        users,
        textFallback);
  }

  /** Returns the same with rows from a snapshot. */
  public ServingConfig from(Path newSnapshot) {
    return new ServingConfig(
        host,
        port,
        domains,
        bundleDirectory,
        storeAdmin,
        popularityWindow,
        rowNormMin,
        rowNormMax,
        limits,
        arms,
        placement,
        newSnapshot,
        users,
        textFallback);
  }

  /** Returns the same on another device. */
  public ServingConfig placed(Placement newPlacement) {
    return new ServingConfig(
        host,
        port,
        domains,
        bundleDirectory,
        storeAdmin,
        popularityWindow,
        rowNormMin,
        rowNormMax,
        limits,
        arms,
        newPlacement,
        snapshot,
        users,
        textFallback);
  }

  /** Returns the same with users on disk. */
  public ServingConfig keeping(UsersOnDisk newUsers) {
    return new ServingConfig(
        host,
        port,
        domains,
        bundleDirectory,
        storeAdmin,
        popularityWindow,
        rowNormMin,
        rowNormMax,
        limits,
        arms,
        placement,
        snapshot,
        newUsers,
        textFallback);
  }
}
