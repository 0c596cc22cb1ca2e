package dev.headwater.launcher.containers;

import dev.headwater.broker.FreePorts;
import dev.headwater.launcher.observability.Deployed;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * A Flink as it is unpacked: JobManager and TaskManager as processes of their own, and {@code
 * bin/flink}, which is Flink's own command-line client. In its {@code lib/} lies what {@code
 * deploy/image/layout} puts there, and nothing else of ours. For one thread.
 */
final class StandaloneFlink implements AutoCloseable {
  private static final Pattern SUBMITTED = Pattern.compile("JobID ([0-9a-f]{32})");
  private static final Pattern SAVEPOINT = Pattern.compile("Savepoint completed. Path: (\\S+)");

  private final Path home;
  private final Path jobs;
  private final Map<String, String> environment;
  private final List<Process> processes = new ArrayList<>();

  /**
   * Lays it out, from jars that Maven has or gets.
   *
   * @param directory empty or not there
   */
  StandaloneFlink(Path directory) throws IOException {
    home = directory.resolve("flink");
    environment = Map.of("FLINK_HOME", home.toString());
    Programs.output(
        Map.of(
            "KAFKA_VERSION", "none", "FLINK_VERSION", System.getProperty("containers.flink", "")),
        List.of(
            Programs.BASES.toString(),
            Deployed.root().toString(),
            home.toString(),
            "flink_home",
            home.toString()),
        "");
    Path laid = directory.resolve("laid");
    Programs.output(
        Map.of(), List.of(Deployed.path("image/layout").toString(), "flink", laid.toString()), "");
    try (var jars = Files.list(laid.resolve("lib"))) {
      for (Path jar : jars.toList()) {
        Path target = home.resolve("lib").resolve(jar.getFileName());
        Files.move(jar, target, StandardCopyOption.REPLACE_EXISTING);
      }
    }
    jobs = laid.resolve("usrlib/headwater-stream-jobs.jar");
    configure(FreePorts.next(), FreePorts.next());
  }

  private void configure(int rpcPort, int restPort) throws IOException {
    String more =
        """
        jobmanager.rpc.address: 127.0.0.1
        jobmanager.rpc.port: %d
        jobmanager.memory.process.size: 800m
        rest.address: 127.0.0.1
        rest.port: %d
        taskmanager.host: 127.0.0.1
        taskmanager.numberOfTaskSlots: 4
        taskmanager.memory.process.size: 2g
        taskmanager.memory.task.off-heap.size: 512m
        taskmanager.memory.managed.size: 16m
        state.changelog.enabled: true
        state.changelog.storage: filesystem
        state.changelog.dstl.dfs.base-path: %s
        """
            .formatted(rpcPort, restPort, home.resolve("changes").toUri());
    Files.writeString(home.resolve("conf/config.yaml"), more, StandardOpenOption.APPEND);
  }

  /** Starts JobManager and TaskManager; their logs lie beside their scripts. */
  void start() throws IOException {
    for (String node : List.of("jobmanager", "taskmanager")) {
      ProcessBuilder builder =
          new ProcessBuilder(home.resolve("bin/" + node + ".sh").toString())
              .redirectErrorStream(true)
              .redirectOutput(home.resolve(node + ".log").toFile());
      builder.environment().putAll(environment);
      processes.add(builder.start());
    }
  }

  /** {@code flink run -d}; returns the job's id. */
  String run(String entryPoint, List<String> options, List<String> arguments) {
    List<String> words = new ArrayList<>(List.of("run", "-d"));
    words.addAll(options);
    words.addAll(List.of("-c", entryPoint, jobs.toString()));
    words.addAll(arguments);
    return found(SUBMITTED, flink(words));
  }

  /** {@code flink stop}; returns where the savepoint lies. */
  String stop(String job, Path savepoints) {
    return found(
        SAVEPOINT, flink(List.of("stop", "--savepointPath", savepoints.toUri().toString(), job)));
  }

  /** {@code flink list}. */
  String list() {
    return flink(List.of("list"));
  }

  private String flink(List<String> words) {
    List<String> command = new ArrayList<>(List.of(home.resolve("bin/flink").toString()));
    command.addAll(words);
    return Programs.output(environment, command, "");
  }

  private static String found(Pattern pattern, String output) {
    Matcher matcher = pattern.matcher(output);
    if (!matcher.find()) {
      throw new AssertionError(pattern + " is not in:\n" + output);
    }
    return matcher.group(1);
  }

  /** Returns what both processes said. */
  String logs() throws IOException {
    StringBuilder all = new StringBuilder();
    for (String node : List.of("jobmanager", "taskmanager")) {
      Path log = home.resolve(node + ".log");
      all.append(Files.exists(log) ? Files.readString(log) : "");
    }
    return all.toString();
  }

  @Override
  public void close() {
    processes.forEach(Process::destroyForcibly);
  }
}
