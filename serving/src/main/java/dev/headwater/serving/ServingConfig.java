package dev.headwater.serving;

import java.net.URI;
import java.nio.file.Path;
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
    ServingLimits limits) {

  /** Copies the set. */
  public ServingConfig {
    domains = Set.copyOf(domains);
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
        ServingLimits.defaults());
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
        limits);
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
        limits);
  }
}
