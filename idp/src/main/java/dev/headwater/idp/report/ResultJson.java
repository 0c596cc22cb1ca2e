package dev.headwater.idp.report;

import com.fasterxml.jackson.databind.json.JsonMapper;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.headwater.idp.evaluate.ColdResult;
import dev.headwater.idp.evaluate.EvaluateResult;
import dev.headwater.idp.evaluate.StreamResult;
import dev.headwater.idp.evaluate.StreamResult.StreamScore;
import dev.headwater.idp.heldout.Interval;
import dev.headwater.idp.heldout.Judgement;
import dev.headwater.idp.heldout.Metric;

/** The JSON of an evaluation; its keys are a contract. */
public final class ResultJson {
  private static final JsonMapper JSON = JsonMapper.builder().build();

  static final String USERS = "users";
  static final String FIRST_RANKS = "first_ranks";

  private ResultJson() {}

  /** Which rankings are written. */
  public enum Protocol {
    /** Among all items but those of the history. */
    FULL,
    /** Among 99 unseen items. */
    SAMPLED,
    /** One beside the other. */
    BOTH
  }

  /** Returns one object; keys that a mode has nothing to say about are left out. */
  public static ObjectNode of(EvaluateResult result, Protocol protocol) {
    ObjectNode node = JSON.createObjectNode();
    Judgement test = result.test();
    if (test != null) {
      add(node, test, protocol);
      node.put("validation_ndcg10", result.validationNdcg10());
    }
    ColdResult cold = result.cold();
    if (cold != null) {
      add(node, cold);
    }
    StreamResult stream = result.stream();
    if (stream != null) {
      add(node, stream);
    }
    node.put("seconds", result.seconds());
    ObjectNode config = node.putObject("config");
    result.config().forEach(config::put);
    return node;
  }

  /** Both rankings and the first ranks of users, for a cell that is compared with others. */
  public static ObjectNode withRanks(EvaluateResult result) {
    ObjectNode node = of(result, Protocol.BOTH);
    Judgement test = result.test();
    if (test != null) {
      node.put(FIRST_RANKS, FirstRanks.write(test.ranks()));
    }
    return node;
  }

  private static void add(ObjectNode node, Judgement test, Protocol protocol) {
    for (Metric metric : Metric.values()) {
      if (protocol == Protocol.BOTH || metric.isSampled() == (protocol == Protocol.SAMPLED)) {
        node.put(metric.key(), test.mean(metric));
      }
    }
    if (protocol != Protocol.SAMPLED) {
      add(node.putArray("hr10_interval"), test.interval(Metric.HR10));
      add(node.putArray("ndcg10_interval"), test.interval(Metric.NDCG10));
    }
    node.put(USERS, test.users());
  }

  private static void add(ArrayNode node, Interval interval) {
    node.add(interval.from()).add(interval.to());
  }

  private static void add(ObjectNode node, ColdResult cold) {
    node.put("cold_hr10", cold.coldHr10());
    node.put("warm_hr10", cold.warmHr10());
    node.put("warm_hr10_without_cold_handling", cold.warmHr10WithoutColdHandling());
    node.put("text_knn_cold_hr10", cold.textKnnColdHr10());
    node.put("ranked_cold_hr10", cold.rankedColdHr10());
    node.put("ranked_warm_hr10", cold.rankedWarmHr10());
    node.put("splits", cold.splits());
  }

  private static void add(ObjectNode node, StreamResult stream) {
    stream.scores().forEach((name, score) -> node.set(name, score(score)));
    node.put("best_simple", stream.bestSimple());
    ObjectNode first = node.putObject("first_2000");
    stream.first().forEach((name, score) -> first.putObject(name).put("hr10", score.hr10()));
  }

  private static ObjectNode score(StreamScore score) {
    ObjectNode node = JSON.createObjectNode();
    node.put("hr10", score.hr10());
    node.put("ndcg10", score.ndcg10());
    node.put("known_hr10", score.knownHr10());
    node.put("new_hr10", score.newHr10());
    node.put("events", score.events());
    return node;
  }
}
