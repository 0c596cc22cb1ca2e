package dev.headwater.chaos;

import dev.headwater.client.HeadwaterException;
import dev.headwater.client.NodeClient;
import dev.headwater.client.Retries;
import dev.headwater.client.Wish;
import dev.headwater.platform.report.Await;
import java.net.URI;
import java.nio.file.Path;
import java.time.Duration;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.apache.kafka.common.utils.Utils;

/** How parts start beside what is not there yet, or from what was rounded. */
final class NodeFaults {
  private static final String BARE = "bare";
  private static final long DRAIN_S = 60;
  private static final int FIRST = 20;
  private static final double COMMON_MIN = 0.8;
  private static final int CLIENT_ERROR = 400;
  private static final int UNAVAILABLE = 503;

  private NodeFaults() {}

  static List<Fault> all() {
    return List.of(
        new Fault(
            "domain-without-model",
            "ingest, store and a serving node are started with one more domain, which has no model:"
                + " the node is ready and answers for the other one",
            NodeFaults::withoutModel),
        new Fault(
            "int8-snapshot-start",
            "a serving node starts from a snapshot whose vectors are int8: it is ready, and "
                + FIRST
                + " best items are those of the other node but for a few",
            NodeFaults::fromInt8));
  }

  private static void withoutModel(Stage stage) throws Exception {
    List<String> parts = List.of("ingest", "store", "serving-2");
    Map<String, Map<String, Object>> before = new LinkedHashMap<>();
    for (String part : parts) {
      before.put(
          part,
          stage
              .cluster()
              .files()
              .change(part, Map.of("domains", List.of(stage.cluster().domain(), BARE))));
      restart(stage, part);
    }
    int port = stage.cluster().servingPort("serving-2");
    NodeClient node = NodeClient.at(URI.create("http://127.0.0.1:" + port)).with(Retries.NONE);
    try {
      var answer = node.shop(BARE).forUser("somebody", Wish.of(1));
      stage.note(
          "the domain without a model was answered with " + answer.items().size() + " items");
    } catch (HeadwaterException e) {
      stage.note("the domain without a model was answered with " + e.status());
      if (e.status() < CLIENT_ERROR || (e.status() >= 500 && e.status() != UNAVAILABLE)) {
        stage.remark("the domain without a model was answered with " + e);
      }
    }
    for (Map.Entry<String, Map<String, Object>> part : before.entrySet()) {
      Path unused = stage.cluster().files().write(part.getKey(), part.getValue());
      restart(stage, part.getKey());
    }
  }

  private static void restart(Stage stage, String part) throws Exception {
    stage.drain(part, DRAIN_S);
    stage.bringBack(part);
  }

  private static void fromInt8(Stage stage) throws Exception {
    Path scratch = stage.cluster().state().resolveSibling("int8");
    Utils.delete(scratch.toFile());
    Path snapshot = new RoundedSnapshot(scratch).of(stage.cluster().store());
    Map<String, Object> before =
        stage
            .cluster()
            .files()
            .change("serving-2", Map.of("serving.snapshot", snapshot.toString()));
    restart(stage, "serving-2");
    stage.load().rest();
    Await.until(
        "the node to know the newest clicks",
        Patience.of(Duration.ofMinutes(2)),
        () -> stage.answers().stream().allMatch(each -> each.staleMs() == 0));
    double common = common(stage);
    stage.note("%.2f of the %d best items are the other node's".formatted(common, FIRST));
    if (common < COMMON_MIN) {
      stage.remark("only %.2f of the best items are the other node's".formatted(common));
    }
    stage.load().go();
    Path unused = stage.cluster().files().write("serving-2", before);
    restart(stage, "serving-2");
  }

  private static double common(Stage stage) {
    List<String> items = stage.load().items().stream().sorted().toList();
    double sum = 0;
    int histories = 10;
    for (int i = 0; i < histories; i++) {
      List<String> history = items.subList(i * 7, i * 7 + 4);
      Set<String> one = best(stage.answers().get(0), history);
      one.retainAll(best(stage.answers().get(1), history));
      sum += one.size() / (double) FIRST;
    }
    return sum / histories;
  }

  private static Set<String> best(Answers node, List<String> history) {
    Set<String> best = new HashSet<>();
    node.shop().forHistory(history, Wish.of(FIRST)).items().forEach(each -> best.add(each.item()));
    return best;
  }
}
