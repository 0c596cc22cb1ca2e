package dev.headwater.chaos;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;

/**
 * Flink as a standalone session cluster: the processes that {@code bin/jobmanager.sh} and {@code
 * bin/taskmanager.sh} would start, without the scripts. All classes stand on the system class path
 * and are taken from there first, for DJL's native library loads in one class loader only.
 */
final class FlinkNodes {
  private static final String JOB_MANAGER =
      "org.apache.flink.runtime.entrypoint.StandaloneSessionClusterEntrypoint";
  private static final String TASK_MANAGER =
      "org.apache.flink.runtime.taskexecutor.TaskManagerRunner";
  private static final int JOB_MANAGER_HEAP_MB = 320;
  private static final int TASK_MANAGER_HEAP_MB = 640;

  private final Path home;
  private final int rpcPort;
  private final int restPort;
  private final int slots;

  /**
   * A cluster.
   *
   * @param slots of each TaskManager: one alone runs both jobs
   */
  FlinkNodes(Path home, int rpcPort, int restPort, int slots) {
    this.home = home;
    this.rpcPort = rpcPort;
    this.restPort = restPort;
    this.slots = slots;
  }

  Jvm.Spec jobManager() throws IOException {
    return node("job-manager", JOB_MANAGER_HEAP_MB, JOB_MANAGER);
  }

  Jvm.Spec taskManager(int number) throws IOException {
    return node("task-manager-" + number, TASK_MANAGER_HEAP_MB, TASK_MANAGER);
  }

  private Jvm.Spec node(String name, int heapMb, String main) throws IOException {
    Path directory = Files.createDirectories(home.resolve("flink").resolve(name));
    Files.writeString(directory.resolve("config.yaml"), yaml(name, directory));
    return new Jvm.Spec(
        name,
        home,
        heapMb,
        List.of("-XX:MaxDirectMemorySize=256m", LaunchOptions.FIRST_COMPILER),
        main,
        List.of("--configDir", directory.toString()));
  }

  /** Memory is given in full: the scripts would work it out from the size of the process. */
  private String yaml(String name, Path directory) {
    return """
    jobmanager.rpc.address: 127.0.0.1
    jobmanager.rpc.port: %d
    jobmanager.bind-host: 127.0.0.1
    rest.address: 127.0.0.1
    rest.bind-address: 127.0.0.1
    rest.port: %d
    web.submit.enable: false
    taskmanager.host: 127.0.0.1
    taskmanager.bind-host: 127.0.0.1
    taskmanager.resource-id: %s
    taskmanager.numberOfTaskSlots: %d
    taskmanager.cpu.cores: 1
    taskmanager.memory.framework.heap.size: 128m
    taskmanager.memory.framework.off-heap.size: 64m
    taskmanager.memory.task.heap.size: 448m
    taskmanager.memory.task.off-heap.size: 64m
    taskmanager.memory.network.min: 32m
    taskmanager.memory.network.max: 32m
    taskmanager.memory.managed.size: 1m
    taskmanager.memory.jvm-metaspace.size: 256m
    taskmanager.memory.jvm-overhead.min: 64m
    taskmanager.memory.jvm-overhead.max: 64m
    heartbeat.interval: 2 s
    heartbeat.timeout: 10 s
    cluster.registration.error-delay: 1 s
    cluster.registration.refused-registration-delay: 1 s
    slot.request.timeout: 30 s
    io.tmp.dirs: %s
    classloader.resolve-order: parent-first
    """
        .formatted(rpcPort, restPort, name, slots, directory.resolve("tmp"));
  }
}
