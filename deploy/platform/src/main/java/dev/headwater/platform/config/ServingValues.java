package dev.headwater.platform.config;

import com.typesafe.config.Config;
import dev.headwater.serving.config.Placement;
import dev.headwater.serving.config.Protection;
import dev.headwater.serving.config.ServingConfig;
import dev.headwater.serving.config.ServingLimits;
import dev.headwater.serving.state.Arm;
import java.net.URI;
import java.nio.file.Path;
import java.util.Set;

/** The block {@code serving} as a serving node's records. */
final class ServingValues {
  private ServingValues() {}

  static ServingConfig of(
      Reader r, Reader heartbeats, Set<String> domains, Path bundleDirectory, Path state) {
    String admin = r.text("store-admin");
    return new ServingConfig(
        r.text("host"),
        r.integer("port"),
        domains,
        bundleDirectory,
        admin.isBlank() ? null : URI.create(admin),
        r.integer("popularity-window"),
        (float) r.number("row-norm-min"),
        (float) r.number("row-norm-max"),
        limits(r),
        r.config().getConfigList("arms").stream().map(ServingValues::arm).toList(),
        Placement.of(r.text("device"), r.text("precision")),
        r.text("snapshot").isBlank() ? null : Path.of(r.text("snapshot")),
        Protection.NONE,
        HeartbeatValues.of(heartbeats),
        new ServingConfig.UsersOnDisk(
            state.resolve("serving-users"), r.integer("limits.users-on-disk")),
        r.flag("text-fallback"));
  }

  private static Arm arm(Config arm) {
    return new Arm(arm.getString("name"), arm.getString("model"), arm.getDouble("share"));
  }

  private static ServingLimits limits(Reader r) {
    int workers = r.integer("limits.workers");
    return new ServingLimits(
        r.bytes("limits.body-bytes"),
        r.integer("limits.count-default"),
        r.integer("limits.count"),
        r.integer("limits.history"),
        r.integer("limits.exclude"),
        workers == 0 ? Math.max(2, Runtime.getRuntime().availableProcessors()) : workers,
        r.integer("limits.queue"),
        r.integer("limits.connections"),
        r.integer("limits.client-rate"),
        r.millis("limits.request-timeout"),
        r.integer("limits.encode-batch"),
        r.integer("limits.users"),
        r.integer("limits.domains"),
        r.millis("limits.staleness"),
        r.millis("limits.drain"));
  }
}
