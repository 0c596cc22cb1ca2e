package dev.headwater.chaos;

import dev.headwater.configuration.Home;
import dev.headwater.platform.report.VerbException;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/**
 * A Java process from this JVM's own class path, on which signals can be used: it is killed,
 * stopped, paused and started again under the same name. Everything native stands on the system
 * class path, because a native library loads in one class loader only. Thread-safe.
 */
public final class Jvm implements AutoCloseable {
  private static final String PIDS = "pids";
  private static final long KILL_WAIT_S = 10;

  private final Spec spec;
  private @Nullable Process process;
  private List<String> release = List.of();
  private boolean wanted;
  private long startedMs;

  /**
   * What to run.
   *
   * @param name of the process, its log files and its working directory
   * @param home directory of the cluster
   * @param heapMb largest heap
   * @param options further JVM options
   * @param main class whose {@code main} is run
   * @param arguments for it
   */
  public record Spec(
      String name,
      Path home,
      int heapMb,
      List<String> options,
      String main,
      List<String> arguments) {
    /** Copies the lists. */
    public Spec {
      options = List.copyOf(options);
      arguments = List.copyOf(arguments);
    }

    /** Returns where the process logs to. */
    public Path log() {
      return home.resolve("logs").resolve(name + ".log");
    }

    private List<String> command(List<String> release) {
      List<String> command = new ArrayList<>();
      command.add(Path.of(System.getProperty("java.home"), "bin", "java").toString());
      command.addAll(LaunchOptions.FIXED);
      command.add("-Xmx" + heapMb + "m");
      command.add("-Dheadwater.home=" + Home.directory());
      command.add("-Dheadwater.log=" + log());
      command.addAll(options);
      command.addAll(release);
      command.add("-cp");
      command.add(System.getProperty("java.class.path"));
      command.add(main);
      command.addAll(arguments);
      return command;
    }
  }

  /** Makes one; {@link #start()} starts it. */
  public Jvm(Spec spec) {
    this.spec = spec;
  }

  /** Returns its name. */
  public String name() {
    return spec.name();
  }

  /** Starts it; its output is appended to {@code NAME.out} beside the log. */
  public synchronized void start() throws IOException {
    if (isAlive()) {
      throw new IllegalStateException(name() + " runs");
    }
    Path out = spec.log().resolveSibling(name() + ".out");
    Files.createDirectories(out.getParent());
    wanted = true;
    startedMs = System.currentTimeMillis();
    process =
        new ProcessBuilder(spec.command(release))
            .directory(spec.home().toFile())
            .redirectErrorStream(true)
            .redirectOutput(ProcessBuilder.Redirect.appendTo(out.toFile()))
            .start();
    remember(process.toHandle());
  }

  /**
   * A process id alone may since have been given to another process: its start tells them apart.
   */
  private void remember(ProcessHandle started) throws IOException {
    Path pids = Files.createDirectories(spec.home().resolve(PIDS));
    Files.writeString(pids.resolve(name()), started.pid() + " " + startOf(started));
  }

  private static long startOf(ProcessHandle process) {
    return process.info().startInstant().map(Instant::toEpochMilli).orElse(0L);
  }

  /** Sets further JVM options from the next start on, as another release would bring them. */
  synchronized void release(List<String> options) {
    release = List.copyOf(options);
  }

  /** Starts it again, as a supervisor does, where it ended though nobody ended it. */
  synchronized @Nullable String supervise() throws IOException {
    if (!wanted || isAlive()) {
      return null;
    }
    String what = name() + " ended by itself with exit code " + running().exitValue();
    start();
    return what;
  }

  private synchronized Process running() {
    Process now = process;
    if (now == null) {
      throw new IllegalStateException(name() + " was never started");
    }
    return now;
  }

  /** Tells whether it runs (also while paused). */
  public synchronized boolean isAlive() {
    Process now = process;
    return now != null && now.isAlive();
  }

  /** Returns when it was last started, Unix milliseconds. */
  public synchronized long startedMs() {
    return startedMs;
  }

  /** Returns the process id of the newest start. */
  public long pid() {
    return running().pid();
  }

  /** Returns the processor time that its newest start has taken. */
  public Duration cpu() {
    return running().info().totalCpuDuration().orElse(Duration.ZERO);
  }

  /** SIGKILL: it gets no chance to do anything. Returns when it is gone. */
  public void kill() throws InterruptedException {
    unwanted().destroyForcibly();
    if (!running().waitFor(KILL_WAIT_S, TimeUnit.SECONDS)) {
      throw new VerbException(name() + " survived SIGKILL for " + KILL_WAIT_S + " s");
    }
  }

  private synchronized Process unwanted() {
    wanted = false;
    return running();
  }

  /**
   * SIGTERM, then waits.
   *
   * @return the exit code; 143 is a JVM's own code after SIGTERM
   */
  public int terminate(long secondsMax) throws InterruptedException {
    unwanted().destroy();
    if (!running().waitFor(secondsMax, TimeUnit.SECONDS)) {
      throw new VerbException(name() + " did not end within " + secondsMax + " s of SIGTERM");
    }
    return running().exitValue();
  }

  /** SIGSTOP: it stands still, as in a long garbage collection or on a stalled machine. */
  public void pause() throws IOException, InterruptedException {
    signal("-STOP");
  }

  /** SIGCONT. */
  public void resume() throws IOException, InterruptedException {
    signal("-CONT");
  }

  private void signal(String signal) throws IOException, InterruptedException {
    int exit = new ProcessBuilder("kill", signal, Long.toString(pid())).start().waitFor();
    if (exit != 0) {
      throw new VerbException("cannot send " + signal + " to " + name());
    }
  }

  /** Kills it if it runs. */
  @Override
  public synchronized void close() {
    wanted = false;
    Process now = process;
    if (now != null) {
      now.destroyForcibly();
    }
  }

  /** Kills what an earlier run in this directory left behind, should it have been killed itself. */
  static void killLeftovers(Path home) throws IOException {
    Path pids = home.resolve(PIDS);
    if (!Files.isDirectory(pids)) {
      return;
    }
    try (Stream<Path> files = Files.list(pids)) {
      for (Path file : files.toList()) {
        String[] parts = Files.readString(file).split(" ", -1);
        ProcessHandle.of(Long.parseLong(parts[0]))
            .filter(each -> startOf(each) == Long.parseLong(parts[1]))
            .ifPresent(ProcessHandle::destroyForcibly);
      }
    }
  }
}
