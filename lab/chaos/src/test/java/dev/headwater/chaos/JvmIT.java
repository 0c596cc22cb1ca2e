package dev.headwater.chaos;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.time.Duration;
import java.util.List;
import java.util.Objects;
import java.util.concurrent.locks.LockSupport;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The tools of the cluster suite on a small process: signals reach it, and it is put back. */
class JvmIT {
  private static final Duration SOON = Duration.ofSeconds(60);

  @TempDir Path home;
  private Jvm jvm;

  @BeforeEach
  void start() throws IOException {
    jvm =
        new Jvm(
            new Jvm.Spec(
                "ticker", home, 32, List.of(), Ticker.class.getName(), List.of(file().toString())));
    jvm.start();
    await().atMost(SOON).until(() -> ticks() > 0);
  }

  @AfterEach
  void stop() {
    jvm.close();
  }

  private Path file() {
    return home.resolve("ticks");
  }

  private long ticks() throws IOException {
    return Files.exists(file()) ? Files.size(file()) : 0;
  }

  @Test
  void aPausedProcessStandsStillAndGoesOn() throws Exception {
    jvm.pause();
    await().atMost(SOON).until(() -> state().startsWith("T"));
    long still = ticks();
    assertThat(jvm.isAlive()).isTrue();
    jvm.resume();
    await().atMost(SOON).until(() -> ticks() > still);
  }

  private String state() throws IOException {
    String status = Files.readString(Path.of("/proc/" + jvm.pid() + "/stat"));
    return status.substring(status.lastIndexOf(')') + 2);
  }

  @Test
  void aKilledProcessIsOnlyStartedAgainWhenAsked() throws Exception {
    jvm.kill();
    assertThat(jvm.isAlive()).isFalse();
    assertThat(jvm.supervise()).isNull();
    jvm.start();
    assertThat(jvm.isAlive()).isTrue();
  }

  @Test
  void aProcessThatEndsByItselfIsStartedAgainAndNamed() throws Exception {
    ProcessHandle.of(jvm.pid()).orElseThrow().destroyForcibly();
    await().atMost(SOON).until(() -> !jvm.isAlive());
    assertThat(Objects.requireNonNull(jvm.supervise()))
        .isEqualTo("ticker ended by itself with exit code 137");
    assertThat(jvm.isAlive()).isTrue();
  }

  @Test
  void aProcessThatDrainsSaysSoWithItsExitCode() throws Exception {
    assertThat(jvm.terminate(30)).isEqualTo(7);
  }

  @Test
  void whatAnEarlierRunLeftBehindIsKilled() throws Exception {
    Jvm.killLeftovers(home.resolve("elsewhere"));
    assertThat(jvm.isAlive()).isTrue();
    Jvm.killLeftovers(home);
    await().atMost(SOON).until(() -> !jvm.isAlive());
  }

  /** Appends to a file until it is told to end, then says 7. */
  static final class Ticker {
    private Ticker() {}

    public static void main(String[] args) throws Exception {
      Runtime.getRuntime().addShutdownHook(new Thread(() -> Runtime.getRuntime().halt(7)));
      Path file = Path.of(args[0]);
      while (true) {
        Files.writeString(file, ".", StandardOpenOption.CREATE, StandardOpenOption.APPEND);
        LockSupport.parkNanos(10_000_000);
      }
    }
  }
}
