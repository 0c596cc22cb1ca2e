package dev.headwater.launcher.demo;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Where the store of a running demo is, is known while it runs. */
class RunningDemoTest {
  @TempDir private Path home;
  private String before;

  @BeforeEach
  void setHome() {
    before = System.setProperty("headwater.home", home.toString());
  }

  @AfterEach
  void restoreHome() {
    if (before == null) {
      System.clearProperty("headwater.home");
    } else {
      System.setProperty("headwater.home", before);
    }
  }

  @Test
  void noDemoHasNoStore() throws IOException {
    assertThat(RunningDemo.store()).isEmpty();
    Files.createDirectories(RunningDemo.directory());
    Files.writeString(RunningDemo.directory().resolve("store.port"), "not a port");
    assertThat(RunningDemo.store()).isEmpty();
  }

  @Test
  void theFileIsThereWhileTheDemoRuns() throws IOException {
    Files.createDirectories(RunningDemo.directory());
    try (RunningDemo running = RunningDemo.at(RunningDemo.directory(), 4711)) {
      assertThat(running).isNotNull();
      assertThat(RunningDemo.store()).hasValueSatisfying(at -> assertThat(at).hasPort(4711));
    }
    assertThat(RunningDemo.store()).isEmpty();
  }
}
