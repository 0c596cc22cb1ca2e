package dev.headwater.launcher.demo;

import static org.assertj.core.api.Assertions.assertThat;

import dev.headwater.launcher.demo.RunningDemo.Part;
import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
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
    assertThat(RunningDemo.find(Part.STORE)).isEmpty();
    Files.createDirectories(RunningDemo.directory());
    Files.writeString(RunningDemo.directory().resolve("store.port"), "not a port");
    assertThat(RunningDemo.find(Part.STORE)).isEmpty();
    Files.writeString(RunningDemo.directory().resolve("store.port"), "70000");
    assertThat(RunningDemo.find(Part.STORE)).isEmpty();
  }

  @Test
  void theFilesAreThereWhileTheDemoRuns() throws IOException {
    Files.createDirectories(RunningDemo.directory());
    try (ServerSocket listens = new ServerSocket(0, 50, InetAddress.getLoopbackAddress())) {
      int port = listens.getLocalPort();
      Map<Part, Integer> ports = Map.of(Part.STORE, port, Part.SERVING, port, Part.KAFKA, port);
      try (RunningDemo running = RunningDemo.at(RunningDemo.directory(), ports)) {
        assertThat(running.address(Part.STORE)).hasPort(port);
        for (Part part : Part.values()) {
          assertThat(RunningDemo.find(part)).hasValueSatisfying(at -> assertThat(at).hasPort(port));
        }
      }
      for (Part part : Part.values()) {
        assertThat(RunningDemo.find(part)).isEmpty();
      }
    }
  }

  /** It left its files, and nobody listens. */
  @Test
  void aDemoThatWasKilledIsNotFound() throws IOException {
    Files.createDirectories(RunningDemo.directory());
    int port;
    try (ServerSocket gone = new ServerSocket(0, 50, InetAddress.getLoopbackAddress())) {
      port = gone.getLocalPort();
    }
    Files.writeString(RunningDemo.directory().resolve("store.port"), port + "\n");
    assertThat(RunningDemo.find(Part.STORE)).isEmpty();
  }
}
