package dev.headwater.chaos;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.json.JsonMapper;
import dev.headwater.jobs.main.ColdStartMain;
import dev.headwater.jobs.main.FineTuneMain;
import dev.headwater.jobs.main.JobsConfig;
import dev.headwater.platform.report.Await;
import dev.headwater.platform.report.VerbException;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import org.apache.flink.client.ClientUtils;
import org.apache.flink.client.program.PackagedProgram;
import org.apache.flink.configuration.Configuration;
import org.apache.flink.configuration.DeploymentOptions;
import org.apache.flink.configuration.RestOptions;
import org.apache.flink.core.execution.DefaultExecutorServiceLoader;
import org.apache.flink.runtime.jobgraph.SavepointRestoreSettings;
import org.jspecify.annotations.Nullable;

/**
 * Submits jobs as {@code flink run --detached} does, through the same entry points, and asks the
 * JobManager's REST interface about them. Thread-safe.
 */
final class FlinkJobs {
  static final String COLD_START = "cold-start";
  static final String FINE_TUNE = "fine-tune";

  private static final Set<String> ENDED = Set.of("CANCELED", "FINISHED", "FAILED");
  private static final JsonMapper JSON = JsonMapper.builder().build();
  private static final Duration TIMEOUT = Duration.ofSeconds(30);
  private static final int CAUSE_MAX = 300;

  private final int restPort;
  private final Path checkpoints;
  private final String domain;
  private final List<String> arguments;
  private final HttpClient http = HttpClient.newBuilder().connectTimeout(TIMEOUT).build();

  /**
   * Makes one.
   *
   * @param restPort of the JobManager
   * @param checkpoints a folder a job is made in it
   * @param domain the one domain
   * @param arguments for both jobs' entry points
   */
  FlinkJobs(int restPort, Path checkpoints, String domain, List<String> arguments) {
    this.restPort = restPort;
    this.checkpoints = checkpoints;
    this.domain = domain;
    this.arguments = List.copyOf(arguments);
  }

  /** Submits a job; it looks for its newest checkpoint by itself. */
  void submit(String job) throws Exception {
    submit(job, null);
  }

  /** Submits a job that is to begin with no state, whatever checkpoints there are. */
  void submitWithoutState(String job) throws Exception {
    List<String> given = new ArrayList<>(arguments);
    given.addAll(List.of("--from", "nothing"));
    submit(job, null, given);
  }

  /** Submits a job, from a checkpoint or savepoint where one is given. */
  void submit(String job, @Nullable Path from) throws Exception {
    submit(job, from, arguments);
  }

  private void submit(String job, @Nullable Path from, List<String> given) throws Exception {
    Configuration configuration = new Configuration();
    configuration.set(DeploymentOptions.TARGET, "remote");
    configuration.set(DeploymentOptions.ATTACHED, false);
    configuration.set(RestOptions.ADDRESS, "127.0.0.1");
    configuration.set(RestOptions.PORT, restPort);
    if (from != null) {
      SavepointRestoreSettings.toConfiguration(
          SavepointRestoreSettings.forPath(from.toUri().toString(), false), configuration);
    }
    try (PackagedProgram program =
        PackagedProgram.newBuilder()
            .setEntryPointClassName(entryPoint(job))
            .setArguments(given.toArray(String[]::new))
            .setConfiguration(configuration)
            .build()) {
      ClientUtils.executeProgram(
          new DefaultExecutorServiceLoader(), configuration, program, false, true);
    }
  }

  private static String entryPoint(String job) {
    return (job.equals(COLD_START) ? ColdStartMain.class : FineTuneMain.class).getName();
  }

  /** Returns where a job's checkpoints lie. */
  Path directory(String job) {
    return checkpoints.resolve(
        job.equals(COLD_START) ? JobsConfig.COLD_START : JobsConfig.fineTuneName(domain));
  }

  /** Returns how many TaskManagers are registered. */
  int taskManagers() throws IOException, InterruptedException {
    return get("/overview").path("taskmanagers").asInt();
  }

  /** Tells whether a TaskManager has been heard of since then. */
  boolean isHeard(String taskManager, long sinceMs) throws IOException, InterruptedException {
    for (JsonNode each : get("/taskmanagers").path("taskmanagers")) {
      if (each.path("id").asText().equals(taskManager)) {
        return each.path("timeSinceLastHeartbeat").asLong() > sinceMs;
      }
    }
    return false;
  }

  /** Tells whether every task of a job runs. */
  boolean isRunning(String job) throws IOException, InterruptedException {
    JsonNode detail = detail(job);
    if (detail == null || !detail.path("state").asText().equals("RUNNING")) {
      return false;
    }
    for (JsonNode vertex : detail.path("vertices")) {
      if (!vertex.path("status").asText().equals("RUNNING")) {
        return false;
      }
    }
    return true;
  }

  /** Returns the number of completed checkpoints of the newest run of a job. */
  long checkpoints(String job) throws IOException, InterruptedException {
    return get("/jobs/" + id(job) + "/checkpoints").path("counts").path("completed").asLong();
  }

  /** Returns what the newest run of a job says that it runs with, by key of the configuration. */
  Map<String, String> configuration(String job) throws IOException, InterruptedException {
    Map<String, String> values = new TreeMap<>();
    get("/jobs/" + id(job) + "/config")
        .at("/execution-config/user-config")
        .properties()
        .forEach(each -> values.put(each.getKey(), each.getValue().asText()));
    return values;
  }

  /** Returns the time between two checkpoints of a job. */
  long checkpointIntervalMs(String job) throws IOException, InterruptedException {
    return get("/jobs/" + id(job) + "/checkpoints/config").path("interval").asLong();
  }

  /** Returns how many subtasks the widest vertex whose name contains a word has. */
  int parallelism(String job, String word) throws IOException, InterruptedException {
    int widest = 0;
    for (JsonNode vertex : get("/jobs/" + id(job)).path("vertices")) {
      if (vertex.path("name").asText().contains(word)) {
        widest = Math.max(widest, vertex.path("parallelism").asInt());
      }
    }
    return widest;
  }

  /** Tells whether the newest run of a job began from a checkpoint or savepoint. */
  boolean wasRestored(String job) throws IOException, InterruptedException {
    return get("/jobs/" + id(job) + "/checkpoints").path("latest").path("restored").has("id");
  }

  /** Returns the process that runs the last vertex of a job. */
  String taskManagerOf(String job) throws IOException, InterruptedException {
    JsonNode detail = detail(job);
    if (detail == null) {
      throw new VerbException("job " + job + " is not there");
    }
    JsonNode vertices = detail.path("vertices");
    String vertex = vertices.path(vertices.size() - 1).path("id").asText();
    return get("/jobs/" + detail.path("jid").asText() + "/vertices/" + vertex + "/taskmanagers")
        .path("taskmanagers")
        .path(0)
        .path("taskmanager-id")
        .asText();
  }

  /**
   * Tells whether all of a job runs and none of it on this TaskManager: on a process that stands
   * still, Flink says for a while yet that it does.
   */
  boolean runsWithout(String taskManager, String job) throws IOException, InterruptedException {
    JsonNode detail = detail(job);
    if (detail == null || !isRunning(job)) {
      return false;
    }
    String id = detail.path("jid").asText();
    for (JsonNode vertex : detail.path("vertices")) {
      JsonNode places =
          get("/jobs/" + id + "/vertices/" + vertex.path("id").asText() + "/taskmanagers");
      if (!isElsewhere(places, taskManager)) {
        return false;
      }
    }
    return true;
  }

  /** Tells whether a vertex has places, and none of those that run is on this TaskManager. */
  static boolean isElsewhere(JsonNode places, String taskManager) {
    int running = 0;
    for (JsonNode each : places.path("taskmanagers")) {
      if (each.path("status").asText().equals("RUNNING")) {
        running++;
        if (each.path("taskmanager-id").asText().equals(taskManager)) {
          return false;
        }
      }
    }
    return running > 0;
  }

  /** Ends a job with a savepoint and returns where it lies. */
  Path stopWithSavepoint(String job) throws Exception {
    String id = id(job);
    JsonNode trigger =
        post(
            "/jobs/" + id + "/stop",
            JSON.createObjectNode()
                .put("targetDirectory", checkpoints.resolve("savepoints").toUri().toString())
                .put("drain", false)
                .toString());
    String request = "/jobs/" + id + "/savepoints/" + trigger.path("request-id").asText();
    Await.until(
        "a savepoint of " + job,
        Patience.of(Duration.ofSeconds(90)),
        () -> get(request).path("status").path("id").asText().equals("COMPLETED"));
    JsonNode operation = get(request).path("operation");
    if (!operation.has("location")) {
      String cause = operation.path("failure-cause").path("stack-trace").asText();
      throw new VerbException(
          "no savepoint of "
              + job
              + ": "
              + cause.substring(0, Math.min(CAUSE_MAX, cause.length())));
    }
    return Path.of(URI.create(operation.path("location").asText()));
  }

  /** Ends a job at once; its checkpoints stay. */
  void cancel(String job) throws IOException, InterruptedException {
    send(
        HttpRequest.newBuilder(uri("/jobs/" + id(job) + "?mode=cancel"))
            .method("PATCH", HttpRequest.BodyPublishers.noBody()));
  }

  /** Returns what made the newest run of a job fail most recently, empty when nothing did. */
  String failure(String job) throws IOException, InterruptedException {
    return get("/jobs/" + id(job) + "/exceptions")
        .path("exceptionHistory")
        .path("entries")
        .path(0)
        .path("stacktrace")
        .asText("");
  }

  /** Tells whether the newest run of a job has ended. */
  boolean hasEnded(String job) throws IOException, InterruptedException {
    JsonNode newest = newest(job);
    return newest == null || ENDED.contains(newest.path("state").asText());
  }

  private String id(String job) throws IOException, InterruptedException {
    JsonNode newest = newest(job);
    if (newest == null) {
      throw new VerbException("job " + job + " is not there");
    }
    return newest.path("jid").asText();
  }

  private @Nullable JsonNode detail(String job) throws IOException, InterruptedException {
    JsonNode newest = newest(job);
    return newest == null ? null : get("/jobs/" + newest.path("jid").asText());
  }

  /** Jobs are named {@code cold-start} and {@code fine-tune-DOMAIN}. */
  private @Nullable JsonNode newest(String job) throws IOException, InterruptedException {
    JsonNode found = null;
    for (JsonNode each : get("/jobs/overview").path("jobs")) {
      boolean later =
          found == null || each.path("start-time").asLong() > found.path("start-time").asLong();
      if (each.path("name").asText().startsWith(job) && later) {
        found = each;
      }
    }
    return found;
  }

  private JsonNode get(String path) throws IOException, InterruptedException {
    return send(HttpRequest.newBuilder(uri(path)).GET());
  }

  private JsonNode post(String path, String body) throws IOException, InterruptedException {
    return send(
        HttpRequest.newBuilder(uri(path))
            .header("Content-Type", "application/json")
            .POST(HttpRequest.BodyPublishers.ofString(body)));
  }

  private URI uri(String path) {
    return URI.create("http://127.0.0.1:" + restPort + path);
  }

  private JsonNode send(HttpRequest.Builder request) throws IOException, InterruptedException {
    HttpResponse<String> response =
        http.send(request.timeout(TIMEOUT).build(), HttpResponse.BodyHandlers.ofString());
    if (response.statusCode() >= 300) {
      throw new IOException("the JobManager answered " + response.statusCode());
    }
    return response.body().isEmpty() ? JSON.createObjectNode() : JSON.readTree(response.body());
  }
}
