package dev.headwater.serving.config;

import dev.headwater.serving.lag.HeartbeatConfig;
import dev.headwater.serving.state.Arm;
import java.net.URI;
import java.nio.file.Path;
import java.util.List;
import java.util.Set;
import java.util.function.Consumer;
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
 * @param protection who may call, over which connections, how often
 * @param heartbeats how lag is measured
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
    Protection protection,
    HeartbeatConfig heartbeats,
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
        Protection.NONE,
        HeartbeatConfig.DEFAULT,
        UsersOnDisk.NONE,
        true);
  }

  /** Returns the same on another address. */
  public ServingConfig at(String newHost, int newPort) {
    return with(
        draft -> {
          draft.host = newHost;
          draft.port = newPort;
        });
  }

  /** Returns the same for other domains. */
  public ServingConfig serving(Set<String> newDomains) {
    return with(draft -> draft.domains = newDomains);
  }

  /** Returns the same with other bounds. */
  public ServingConfig within(ServingLimits newLimits) {
    return with(draft -> draft.limits = newLimits);
  }

  /** Returns the same with arms. */
  public ServingConfig comparing(List<Arm> newArms) {
    return with(draft -> draft.arms = newArms);
  }

  /** Returns the same with operator calls forwarded to a store. */
  public ServingConfig forwardingTo(URI newStoreAdmin) {
    return with(draft -> draft.storeAdmin = newStoreAdmin);
  }

  /** Returns the same with rows from a snapshot. */
  public ServingConfig from(Path newSnapshot) {
    return with(draft -> draft.snapshot = newSnapshot);
  }

  /** Returns the same on another device. */
  public ServingConfig placed(Placement newPlacement) {
    return with(draft -> draft.placement = newPlacement);
  }

  /** Returns the same with another protection. */
  public ServingConfig protectedBy(Protection newProtection) {
    return with(draft -> draft.protection = newProtection);
  }

  /** Returns the same with lag measured otherwise. */
  public ServingConfig measuring(HeartbeatConfig newHeartbeats) {
    return with(draft -> draft.heartbeats = newHeartbeats);
  }

  /** Returns the same with users on disk. */
  public ServingConfig keeping(UsersOnDisk newUsers) {
    return with(draft -> draft.users = newUsers);
  }

  private ServingConfig with(Consumer<Draft> change) {
    Draft draft = new Draft(this);
    change.accept(draft);
    return new ServingConfig(
        draft.host,
        draft.port,
        draft.domains,
        bundleDirectory,
        draft.storeAdmin,
        popularityWindow,
        rowNormMin,
        rowNormMax,
        draft.limits,
        draft.arms,
        draft.placement,
        draft.snapshot,
        draft.protection,
        draft.heartbeats,
        draft.users,
        textFallback);
  }

  /** What a copy may have otherwise. */
  private static final class Draft {
    private String host;
    private int port;
    private Set<String> domains;
    private @Nullable URI storeAdmin;
    private ServingLimits limits;
    private List<Arm> arms;
    private Placement placement;
    private @Nullable Path snapshot;
    private Protection protection;
    private HeartbeatConfig heartbeats;
    private UsersOnDisk users;

    Draft(ServingConfig of) {
      host = of.host;
      port = of.port;
      domains = of.domains;
      storeAdmin = of.storeAdmin;
      limits = of.limits;
      arms = of.arms;
      placement = of.placement;
      snapshot = of.snapshot;
      protection = of.protection;
      heartbeats = of.heartbeats;
      users = of.users;
    }
  }
}
