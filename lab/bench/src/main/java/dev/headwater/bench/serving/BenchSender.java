package dev.headwater.bench.serving;

import com.fasterxml.jackson.core.type.TypeReference;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.headwater.events.Topics;
import dev.headwater.events.kafka.KafkaSettings;
import dev.headwater.platform.cli.Output;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.Set;
import java.util.function.Predicate;

/**
 * The other process: sends requests and updates, and measures. Arguments: port, bootstrap, topic
 * prefix, bundle, model, items, users, rps, update rows a second, seconds, warm-up seconds, mode,
 * result file. Kafka's client settings come in an environment variable, because one of them may be
 * a password.
 */
public final class BenchSender implements AutoCloseable {
  /** Environment variable with the client settings as a JSON object. */
  static final String CLIENT = "HEADWATER_BENCH_KAFKA_CLIENT";

  /** The lines that say that the load begins, after warming up, and that it has ended. */
  static final String BEGUN = "load begun";

  static final String ENDED = "load ended";

  private static final int RECALL_USERS = 300;
  private static final int SETTLE_MS = 1_000;
  private static final int ASKED_AGAIN_MAX = 3;
  private static final int OK = 200;
  private static final int CONNECTIONS = 48;
  private static final int CONNECTIONS_OVERLOAD = 160;
  private static final int PEAK_OFFER = 20_000;
  private static final int PEAK_SECONDS = 8;
  private static final int RECOVERY_SECONDS = 30;
  private static final int RECOVERED_P99_MS = 50;

  private final int port;
  private final int users;
  private final List<RawClient> clients = new ArrayList<>();
  private final ObjectNode result = JsonNodeFactory.instance.objectNode();
  private Predicate<String> forbidden = item -> false;
  private int askedAgain;

  private BenchSender(int port, int users) {
    this.port = port;
    this.users = users;
  }

  /** Runs and writes the result. */
  public static void main(String[] args) throws Exception {
    int items = Integer.parseInt(args[5]);
    KafkaSettings kafka = new KafkaSettings(args[1], new Topics(args[2]), client());
    BenchData data = new BenchData(Path.of(args[3]), items);
    boolean churn = args[11].equals("CHURN");
    try (BenchSender sender =
            new BenchSender(Integer.parseInt(args[0]), Integer.parseInt(args[6]));
        BenchTopics topics = new BenchTopics(kafka, args[4]);
        BenchUpdates updates =
            new BenchUpdates(topics, data, items, Integer.parseInt(args[8]), churn);
        FreshnessProbe probe = new FreshnessProbe(sender.port, topics, data, items)) {
      sender.result.putNull("recovery_s"); // only an overload has one
      sender.forbidden = updates::isLongRemoved;
      updates.start();
      probe.start();
      sender.load("warm_up", CONNECTIONS, Integer.parseInt(args[7]), Integer.parseInt(args[10]));
      probe.count();
      Output.line(BEGUN);
      if (args[11].equals("OVERLOAD")) {
        sender.overload(Integer.parseInt(args[9]));
      } else {
        sender.load("", CONNECTIONS, Integer.parseInt(args[7]), Integer.parseInt(args[9]));
      }
      Output.line(ENDED);
      probe.stop();
      probe.writeTo(sender.result);
      sender.recall(updates);
      sender.result.put("updates_sent", updates.sent());
      new ObjectMapper().writeValue(Path.of(args[12]).toFile(), sender.result);
    }
  }

  static String toText(Map<String, String> client) throws IOException {
    return new ObjectMapper().writeValueAsString(client);
  }

  private static Map<String, String> client() throws IOException {
    String text = System.getenv(CLIENT);
    return text == null
        ? Map.of()
        : new ObjectMapper().readValue(text, new TypeReference<Map<String, String>>() {});
  }

  private String path(long request) {
    long mixed = request * 0x9E3779B97F4A7C15L;
    int user = (int) Long.remainderUnsigned(mixed ^ (mixed >>> 32), users);
    return "/v1/domains/bench/users/" + BenchData.user(user) + "/recommendations?count=10";
  }

  /**
   * Offers a load over connections that stay, as those of a service's clients do: what warmed up
   * goes on over the same.
   */
  private LoadRun.Result load(String name, int connections, double rps, double seconds)
      throws IOException, InterruptedException {
    while (clients.size() < connections) {
      clients.add(new RawClient(port));
    }
    LoadRun.Result run =
        new LoadRun(clients.subList(0, connections), this::path, forbidden, (int) (rps * seconds))
            .at(rps, seconds);
    ObjectNode node = name.isEmpty() ? result : result.putObject(name);
    node.put("rps", run.rps());
    node.put("p50_ms", run.p50Ms());
    node.put("p99_ms", run.p99Ms());
    node.put("p99_sent_ms", run.p99SentMs());
    run.p99MsBySecond().forEach(node.putArray("p99_by_second_ms")::add);
    node.put("errors", run.errors());
    node.put("shed", run.shed());
    node.put("sent", (int) (rps * seconds) - run.unsent());
    node.put("unsent", run.unsent());
    node.put("fallback_answers", run.fallbacks());
    node.put("short_answers", run.shorts());
    node.put("removed_items_answered", run.forbidden());
    return run;
  }

  /**
   * Finds the peak (over either number of connections, each as fast as it is answered), offers
   * three times that over more connections than the node lets in, then half of it. Recovered it is
   * by the end of the first second that is well, counted from the end of the overload.
   */
  private void overload(int seconds) throws IOException, InterruptedException {
    LoadRun.Result few = load("peak", CONNECTIONS, PEAK_OFFER, PEAK_SECONDS);
    LoadRun.Result many =
        load("peak_many_connections", CONNECTIONS_OVERLOAD, PEAK_OFFER, PEAK_SECONDS);
    double peak = Math.max(few.rps(), many.rps());
    load("", CONNECTIONS_OVERLOAD, 3 * peak, seconds);
    long endNs = System.nanoTime();
    result.put("goodput_over_peak", result.path("rps").asDouble() / peak);
    for (int second = 1; second <= RECOVERY_SECONDS; second++) {
      LoadRun.Result after = load("recovered", CONNECTIONS, peak / 2, 1);
      boolean well = after.shed() == 0 && after.errors() == 0 && after.unsent() == 0;
      if (well && after.p99SentMs() < RECOVERED_P99_MS) {
        result.put("recovery_s", Math.round((System.nanoTime() - endNs) / 1e8) / 10.0);
        return;
      }
    }
  }

  /**
   * Asks the same questions twice, the second time exactly. Each is asked once before: a kept user
   * vector whose rows have moved is made again in the background the first answer, so that the
   * second would be to another vector.
   */
  private void recall(BenchUpdates updates) throws IOException, InterruptedException {
    updates.pause();
    List<String> paths = new Random(5).longs(RECALL_USERS, 0, users).mapToObj(this::path).toList();
    double common = 0;
    int removedReturned = 0;
    try (RawClient client = new RawClient(port)) {
      for (String path : paths) {
        client.get(path);
      }
      Thread.sleep(SETTLE_MS);
      for (String path : paths) {
        Set<String> found = new HashSet<>(Answers.items(client.get(path).body()));
        removedReturned += (int) found.stream().filter(updates::isRemoved).count();
        found.retainAll(exact(client, path));
        common += found.size() / 10.0;
      }
    }
    result.put("recall10", common / RECALL_USERS);
    result.put("exact_asked_again", askedAgain);
    result.put("removed_items_returned", removedReturned);
  }

  /**
   * Asks exactly, and again where that took a node longer than a request may: of ten million rows
   * on busy cores it can. What has no answer then counts as nothing found.
   */
  private List<String> exact(RawClient client, String path) throws IOException {
    for (int again = 0; ; again++) {
      RawClient.Answer answer = client.get(path + "&exact=true");
      if (answer.status() == OK || again == ASKED_AGAIN_MAX) {
        return Answers.items(answer.body());
      }
      askedAgain++;
    }
  }

  @Override
  public void close() throws IOException {
    for (RawClient client : clients) {
      client.close();
    }
  }
}
