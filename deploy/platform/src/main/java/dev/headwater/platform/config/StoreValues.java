package dev.headwater.platform.config;

import com.typesafe.config.ConfigException;
import dev.headwater.events.wire.VectorFormat;
import dev.headwater.store.StoreConfig;
import dev.headwater.store.admin.AdminProtection;
import dev.headwater.store.cycle.CycleConfig;
import dev.headwater.store.cycle.KeepByAge;
import dev.headwater.store.rocks.RocksConfig;
import java.nio.file.Path;
import java.util.Locale;

/** The block {@code store} as the model store's records. */
final class StoreValues {
  private StoreValues() {}

  static StoreConfig of(Reader r, Path directory) {
    return new StoreConfig(
        directory.resolve("tables"),
        new RocksConfig(
            format(r),
            r.longBytes("block-cache"),
            r.longBytes("memtable"),
            r.longBytes("memtables-max"),
            r.integer("rows-max")),
        new CycleConfig(
            r.duration("seal-interval"),
            new KeepByAge(
                r.duration("keep-every"),
                r.duration("keep-minutes"),
                r.duration("keep-hours"),
                r.duration("keep-days")),
            r.duration("validator-timeout"),
            r.integer("retention-rows-per-step"),
            r.integer("waiting-rows-max")),
        r.integer("admin-port"),
        directory.resolve("snapshots"),
        r.integer("snapshots-max"),
        AdminProtection.LOOPBACK);
  }

  private static VectorFormat format(Reader r) {
    return switch (r.text("format").toLowerCase(Locale.ROOT)) {
      case "fp32" -> VectorFormat.FP32;
      case "fp16" -> VectorFormat.FP16;
      case "int8" -> VectorFormat.INT8;
      default ->
          throw new ConfigException.BadValue(
              r.config().origin(), "store.format", "must be fp32, fp16 or int8");
    };
  }
}
