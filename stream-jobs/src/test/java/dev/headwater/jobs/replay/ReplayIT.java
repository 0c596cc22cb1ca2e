package dev.headwater.jobs.replay;

import static java.util.Objects.requireNonNull;
import static org.assertj.core.api.Assertions.assertThat;

import dev.headwater.events.Vectors;
import dev.headwater.events.wire.EmbeddingRow;
import dev.headwater.events.wire.RankingQuality;
import dev.headwater.idp.data.DomainData;
import dev.headwater.idp.data.Event;
import dev.headwater.idp.data.Item;
import dev.headwater.idp.encoder.EncoderConfig;
import dev.headwater.idp.encoder.SasRec;
import dev.headwater.jobs.DomainModel;
import dev.headwater.jobs.FlinkSettings;
import dev.headwater.jobs.JobsBroker;
import dev.headwater.jobs.finetune.FineTuneConfig;
import dev.headwater.jobs.finetune.FineTuneJob;
import dev.headwater.jobs.finetune.LearningModel;
import dev.headwater.jobs.kafka.KafkaPorts;
import dev.headwater.jobs.rows.Epochs;
import dev.headwater.jobs.rows.RowsFollower;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.SplittableRandom;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** Two replays of one log, on topics of one partition. */
@Timeout(180)
class ReplayIT {
  private static final DomainModel MODEL = new DomainModel("shop", "/nowhere", "m1");
  private static final int DIM = 16;

  @TempDir Path work;

  @Test
  void theSameLogAndSeedGiveTheSameTableAndAnotherSeedAnother() throws Exception {
    try (JobsBroker broker = new JobsBroker()) {
      Replay.Result first = replay(broker.tenant("a.", 1), 1);
      Replay.Result second = replay(broker.tenant("b.", 1), 1);
      Replay.Result other = replay(broker.tenant("c.", 1), 2);
      assertThat(first.examples()).isPositive();
      assertThat(first.rows()).isEqualTo(40);
      assertThat(second.tableChecksum()).isEqualTo(first.tableChecksum());
      assertThat(second.rows()).isEqualTo(first.rows());
      assertThat(second.examples()).isEqualTo(first.examples());
      assertThat(learned(second)).isEqualTo(learned(first));
      assertThat(other.examples()).isEqualTo(first.examples());
      assertThat(other.tableChecksum()).isNotEqualTo(first.tableChecksum());
    }
  }

  private static RankingQuality learned(Replay.Result result) {
    RankingQuality quality = requireNonNull(result.quality()).getLearnedTotal();
    assertThat(quality.getEvents()).isPositive();
    return quality;
  }

  private Replay.Result replay(JobsBroker.Tenant tenant, long seed) throws Exception {
    var kafka = tenant.kafka();
    Replay replay = new Replay(kafka, FlinkSettings.in(work), MODEL);
    replay.write(market());
    for (int i = 0; i < 40; i++) {
      tenant.cold(cold(i));
    }
    FineTuneConfig config =
        new FineTuneConfig(MODEL, FineTuneConfig.Settings.of(Map.of("seed", seed)));
    Replay.Result result =
        replay.fineTune(
            config,
            new FineTuneJob.Ports(
                KafkaPorts.tracedSource(kafka, kafka.topics().userHistories(), "unused"),
                (name, listener) -> new RowsFollower(name, kafka, MODEL, listener).start(),
                Epochs.onKafka(kafka, MODEL),
                ReplayIT::model,
                KafkaPorts.sink(kafka)));
    tenant.close();
    return result;
  }

  private static LearningModel model() {
    return new LearningModel(
        "enc",
        DIM,
        1,
        () -> new SasRec(new EncoderConfig(DIM, 10, 1, 2, false), new SplittableRandom(7)));
  }

  private static EmbeddingRow cold(int item) {
    SplittableRandom random = new SplittableRandom(item);
    float[] vector = new float[DIM];
    for (int i = 0; i < DIM; i++) {
      vector[i] = (float) random.nextGaussian();
    }
    return EmbeddingRow.newBuilder()
        .setDomain("shop")
        .setModel("m1")
        .setItem("i" + item)
        .setIncarnation(1)
        .setRevision(1)
        .setVector(Vectors.fp32(vector))
        .build();
  }

  private static DomainData market() {
    SplittableRandom random = new SplittableRandom(3);
    List<Item> items = new ArrayList<>();
    for (int i = 0; i < 40; i++) {
      items.add(new Item("i" + i, "item " + i, "", List.of()));
    }
    List<Event> events = new ArrayList<>();
    for (int user = 0; user < 60; user++) {
      for (int i = 0; i < 12; i++) {
        events.add(new Event("u" + user, "i" + random.nextInt(40), 1_000 + 60 * i + user));
      }
    }
    return new DomainData("shop", items, events, true);
  }
}
