package dev.headwater.store;

import static org.assertj.core.api.Assertions.assertThat;

import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class DiskRoomTest {
  @TempDir Path folder;

  private final SimpleMeterRegistry registry = new SimpleMeterRegistry();

  @Test
  void tellsWhatIsLeftOfTheVolume() {
    DiskRoom.watch(folder, registry);
    assertThat(value("free")).isPositive().isLessThanOrEqualTo(value("total"));
  }

  @Test
  void aVolumeThatIsGoneLooksFull() {
    DiskRoom.watch(folder.resolve("unmounted"), registry);
    assertThat(value("free")).isZero();
  }

  private double value(String what) {
    return registry.get("headwater.store.disk." + what + ".bytes").gauge().value();
  }
}
