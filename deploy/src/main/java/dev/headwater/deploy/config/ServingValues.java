package dev.headwater.deploy.config;

import dev.headwater.serving.ServingConfig;
import dev.headwater.serving.ServingLimits;
import java.net.URI;
import java.nio.file.Path;
import java.util.Set;

/** The block {@code serving} as a serving node's records. */
final class ServingValues {
  private ServingValues() {}

  static ServingConfig of(Reader r, Set<String> domains, Path bundleDirectory) {
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
        limits(r));
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
        r.millis("limits.request-timeout"),
        r.integer("limits.encode-batch"),
        r.integer("limits.users"),
        r.integer("limits.domains"));
  }
}
