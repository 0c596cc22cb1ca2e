package dev.headwater.store;

import io.micrometer.core.instrument.Gauge;
import io.micrometer.core.instrument.MeterRegistry;
import java.io.File;
import java.nio.file.Path;

/**
 * Tells how much room is left where the tables lie: a full disk stops sealing, so it has to be seen
 * coming. A volume that cannot be asked reads 0, which looks full on purpose. Thread-safe.
 */
final class DiskRoom {
  private DiskRoom() {}

  static void watch(Path directory, MeterRegistry registry) {
    File volume = directory.toFile();
    Gauge.builder("headwater.store.disk.free.bytes", volume, File::getUsableSpace)
        .description("that this process may still write on the volume of the tables")
        .strongReference(true)
        .register(registry);
    Gauge.builder("headwater.store.disk.total.bytes", volume, File::getTotalSpace)
        .description("size of the volume of the tables")
        .strongReference(true)
        .register(registry);
  }
}
