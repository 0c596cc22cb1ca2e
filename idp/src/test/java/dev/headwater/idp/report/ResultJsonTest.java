package dev.headwater.idp.report;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.headwater.idp.evaluate.ColdResult;
import dev.headwater.idp.evaluate.EvaluateResult;
import dev.headwater.idp.evaluate.StreamResult;
import dev.headwater.idp.evaluate.StreamResult.StreamScore;
import dev.headwater.idp.heldout.Judgement;
import dev.headwater.idp.heldout.Metric;
import dev.headwater.idp.report.ResultJson.Protocol;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

/** The keys are a contract: scripts read them. */
class ResultJsonTest {
  private static final Judgement TEST =
      new Judgement(List.of(2.0, 11.0, 1.0, 4.0), List.of(1.0, 2.0, 1.0, 5.0));
  private static final Map<String, String> CONFIG = Map.of("seed", "1");

  @Test
  void aRankingHasTheFiguresOfItsProtocol() {
    EvaluateResult result = new EvaluateResult(TEST, 0.25, null, null, 2, CONFIG);
    ObjectNode both = ResultJson.of(result, Protocol.BOTH);
    assertThat(keys(both))
        .containsExactly(
            "sampled_hr1",
            "sampled_ndcg3",
            "sampled_ndcg5",
            "sampled_hr3",
            "sampled_hr5",
            "sampled_mrr",
            "hr10",
            "ndcg10",
            "mrr",
            "hr10_interval",
            "ndcg10_interval",
            "users",
            "validation_ndcg10",
            "seconds",
            "config");
    assertThat(both.path("ndcg10").asDouble()).isEqualTo(TEST.ndcg10());
    assertThat(both.path("hr10").asDouble()).isEqualTo(0.75);
    assertThat(both.path("sampled_hr3").asDouble()).isEqualTo(0.75);
    assertThat(both.path("sampled_ndcg3").asDouble()).isEqualTo(TEST.mean(Metric.SAMPLED_NDCG3));
    assertThat(both.path("sampled_mrr").asDouble()).isEqualTo((1 + 0.5 + 1 + 0.2) / 4);
    assertThat(both.path("hr10_interval").get(1).asDouble()).isEqualTo(1);
    assertThat(both.path("ndcg10_interval").get(0).asDouble())
        .isEqualTo(TEST.interval(Metric.NDCG10).from());
    assertThat(both.path("config").path("seed").asText()).isEqualTo("1");
    assertThat(keys(ResultJson.of(result, Protocol.FULL)))
        .containsExactly(
            "hr10",
            "ndcg10",
            "mrr",
            "hr10_interval",
            "ndcg10_interval",
            "users",
            "validation_ndcg10",
            "seconds",
            "config");
    assertThat(keys(ResultJson.of(result, Protocol.SAMPLED)))
        .containsExactly(
            "sampled_hr1",
            "sampled_ndcg3",
            "sampled_ndcg5",
            "sampled_hr3",
            "sampled_hr5",
            "sampled_mrr",
            "users",
            "validation_ndcg10",
            "seconds",
            "config");
  }

  @Test
  void aCellKeepsWhatEachUserGot() {
    ObjectNode kept = ResultJson.withRanks(new EvaluateResult(TEST, 0.25, null, null, 2, CONFIG));
    double[] ranks = FirstRanks.read(kept.path("first_ranks").asText(), TEST.users());
    assertThat(ranks).containsExactly(TEST.ranks().stream().mapToDouble(r -> r).toArray());
  }

  @Test
  void coldItemsHaveBothSides() {
    ColdResult cold = new ColdResult(0.1, 0.2, 0.3, 0.4, 0.5, 0.6, 5);
    ObjectNode json =
        ResultJson.of(new EvaluateResult(null, 0, cold, null, 2, CONFIG), Protocol.BOTH);
    assertThat(keys(json))
        .containsExactly(
            "cold_hr10",
            "warm_hr10",
            "warm_hr10_without_cold_handling",
            "text_knn_cold_hr10",
            "ranked_cold_hr10",
            "ranked_warm_hr10",
            "splits",
            "seconds",
            "config");
    assertThat(json.path("warm_hr10_without_cold_handling").asDouble()).isEqualTo(0.3);
    assertThat(json.path("ranked_cold_hr10").asDouble()).isEqualTo(0.5);
    assertThat(json.path("ranked_warm_hr10").asDouble()).isEqualTo(0.6);
  }

  @Test
  void aStreamHasAllContenders() {
    StreamScore score = new StreamScore(0.1, 0.2, 0.3, 0.4, 9);
    StreamResult stream =
        new StreamResult(
            Map.of(StreamResult.LEARNED, score), Map.of(StreamResult.LIVE, score), Map.of());
    ObjectNode json =
        ResultJson.of(new EvaluateResult(null, 0, null, stream, 2, CONFIG), Protocol.BOTH);
    assertThat(keys(json))
        .containsExactly("learned", "best_simple", "first_2000", "seconds", "config");
    assertThat(json.path("best_simple").asText()).isEqualTo("learned");
    assertThat(json.path("first_2000").path("live").path("hr10").asDouble()).isEqualTo(0.1);
    assertThat(keys((ObjectNode) json.path("learned")))
        .containsExactly("hr10", "ndcg10", "known_hr10", "new_hr10", "events");
  }

  private static List<String> keys(ObjectNode node) {
    List<String> keys = new ArrayList<>();
    node.fieldNames().forEachRemaining(keys::add);
    return keys;
  }
}
