package dev.headwater.serving.config;

import com.fasterxml.jackson.annotation.JsonIgnoreProperties;
import com.fasterxml.jackson.annotation.JsonUnwrapped;
import dev.headwater.access.AccessConfig;
import dev.headwater.access.Outgoing;
import dev.headwater.access.ServerTls;
import dev.headwater.configuration.ConfigFile;
import dev.headwater.idp.bundle.Precision;
import dev.headwater.serving.state.Arm;
import java.net.URI;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * Section {@code serving} of the configuration; {@code reference.conf} says what each key means and
 * holds the defaults.
 */
public record ServingSettings(
    @JsonUnwrapped Listener listener,
    @JsonUnwrapped StoreLink store,
    Quotas quotas,
    int popularityWindow,
    float rowNormMin,
    float rowNormMax,
    Precision rowPrecision,
    List<Arm> arms,
    @JsonUnwrapped Placement placement,
    @Nullable Path snapshot,
    @Nullable Path savedState,
    boolean textFallback,
    RankerSwitch ranker,
    Duration warmUp,
    ShardSettings shards,
    ServingLimits limits) {
  /** Shares of arms add up to 1 at most. */
  public ServingSettings {
    arms = List.copyOf(arms);
    if (arms.stream().mapToDouble(Arm::share).sum() > 1) {
      throw new IllegalArgumentException("the shares of all arms add up to more than 1");
    }
  }

  /** Tells whether rows are kept in half precision. */
  public boolean hasHalfRows() {
    return rowPrecision == Precision.FP16;
  }

  /** Returns the reference's settings with other values by key, {@code port} say. */
  public static ServingSettings of(Map<String, ?> values) {
    return ConfigFile.section("serving", values, ServingSettings.class);
  }

  /**
   * Returns who may call, over which connections, how often.
   *
   * @param access keys and tokens
   * @param shown the effective configuration, secrets masked
   */
  public Protection protection(AccessConfig access, Map<String, String> shown) {
    return new Protection(
        access,
        listener.tls.files(access.reloadInterval()),
        quotas.caller(),
        quotas.byDomain(),
        Outgoing.of(store.storeAuthorities, store.storeKeyFile),
        shown);
  }

  /**
   * Whether answers come from all experts, weighed by the ranker.
   *
   * @param enabled if not, from the learned rows alone; counts and lists are not kept then
   */
  public record RankerSwitch(boolean enabled) {}

  /** Where the node listens. */
  @JsonIgnoreProperties(ignoreUnknown = true)
  public record Listener(String host, int port, ServerTls tls) {
    /** Checks the port. */
    public Listener {
      if (port < 0 || port > 65_535) {
        throw new IllegalArgumentException("port is 0 to 65535, not " + port);
      }
    }
  }

  /** How the node reaches the store. */
  @JsonIgnoreProperties(ignoreUnknown = true)
  public record StoreLink(
      @Nullable URI storeAdmin,
      @Nullable URI storeAdminOther,
      @Nullable Path storeKeyFile,
      @Nullable Path storeAuthorities) {}
}
