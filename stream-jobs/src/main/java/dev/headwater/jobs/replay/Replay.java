package dev.headwater.jobs.replay;

import dev.headwater.events.Keys;
import dev.headwater.events.kafka.KafkaSettings;
import dev.headwater.events.wire.AcceptedItem;
import dev.headwater.events.wire.QualityWindow;
import dev.headwater.idp.data.DomainData;
import dev.headwater.idp.data.Item;
import dev.headwater.jobs.DomainModel;
import dev.headwater.jobs.FlinkSettings;
import dev.headwater.jobs.StreamJob;
import dev.headwater.jobs.coldstart.ColdStartConfig;
import dev.headwater.jobs.coldstart.ColdStartJob;
import dev.headwater.jobs.finetune.FineTuneConfig;
import dev.headwater.jobs.finetune.FineTuneJob;
import dev.headwater.jobs.finetune.FineTuneStats;
import dev.headwater.jobs.kafka.KafkaPorts;
import dev.headwater.jobs.local.LocalJobs;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.serialization.ByteArraySerializer;
import org.jspecify.annotations.Nullable;

/**
 * Runs both jobs over a log that ends. What makes it deterministic: one partition a topic (so one
 * order), rows laid out in the order of their items before the first example, batches by count and
 * never by time, no checkpoint (its barrier would end a batch), and negatives drawn from seed and
 * step. Also the way to backfill a table.
 */
public final class Replay {
  private static final long TIMEOUT_MS = TimeUnit.HOURS.toMillis(2);

  private final KafkaSettings kafka;
  private final FlinkSettings flink;
  private final DomainModel model;

  /**
   * What came out.
   *
   * @param tableChecksum CRC32C over items and vectors, in the order of items
   * @param rows rows in the table
   * @param examples examples learned
   * @param quality of all examples, each ranked before it was learned; null where there was none
   */
  public record Result(
      long tableChecksum, long rows, long examples, @Nullable QualityWindow quality) {}

  /**
   * Prepares a replay.
   *
   * @param kafka topics of one partition each
   * @param flink settings of the jobs; checkpoints are turned off
   * @param model domain and bundle
   */
  public Replay(KafkaSettings kafka, FlinkSettings flink, DomainModel model) {
    this.kafka = kafka;
    this.flink = flink.withoutCheckpoints();
    this.model = model;
  }

  /** Writes a data set's items and histories as ingest would. */
  public void write(DomainData data) {
    writeItems(data);
    writeHistories(data);
  }

  /** Writes a data set's items alone. */
  public void writeItems(DomainData data) {
    try (KafkaProducer<byte[], byte[]> producer =
        new KafkaProducer<>(
            kafka.producer(), new ByteArraySerializer(), new ByteArraySerializer())) {
      long offset = 0;
      for (Item item : data.items()) {
        byte[] value = accepted(item, ++offset).toByteArray();
        byte[] key = Keys.of(model.domain(), item.id()).getBytes(StandardCharsets.UTF_8);
        // A send that fails shows as a row that is missing from the result.
        var unused =
            producer.send(new ProducerRecord<>(kafka.topics().acceptedItems(), key, value));
      }
    }
  }

  /** Writes a data set's histories alone. */
  public void writeHistories(DomainData data) {
    try (HistoryFeeder feeder = new HistoryFeeder(kafka, model.domain(), data)) {
      feeder.feed(feeder.left(), 0);
    }
  }

  private AcceptedItem accepted(Item item, long offset) {
    return AcceptedItem.newBuilder()
        .setDomain(model.domain())
        .setItem(item.id())
        .setTitle(item.title())
        .setBrand(item.brand())
        .addAllCategories(item.categories())
        .setIncarnation(offset)
        .setRevision(offset)
        .build();
  }

  /**
   * Gives every item in the log its cold row; items that have theirs cost nothing. One text a
   * batch: padding changes the last bits of a text vector.
   *
   * @param ports encoder and model; its source and sink are not used
   */
  public void coldStart(ColdStartJob.Ports ports) throws Exception {
    coldStart(ports, 1);
  }

  /**
   * The same in batches: many times as fast against a large bundle, and not equal to the last bit.
   *
   * @param batchSize most texts matched together
   */
  public void coldStart(ColdStartJob.Ports ports, int batchSize) throws Exception {
    ColdStartConfig config =
        new ColdStartConfig(
            List.of(model),
            ColdStartConfig.Settings.of(
                Map.of("batch-size", batchSize, "batch-wait", "0 ms", "refresh-interval", "0 s")));
    String name = "replay-cold-start-" + System.nanoTime();
    run(
        new ColdStartJob(
            name,
            kafka,
            config,
            new ColdStartJob.Ports(
                KafkaPorts.boundedSource(kafka, kafka.topics().acceptedItems(), name),
                ports.encoders(),
                ports.models(),
                KafkaPorts.sink(kafka))));
  }

  /**
   * Learns every history in the log, from the cold rows on.
   *
   * @param defaults settings; batches are by count whatever they say
   * @param ports feed, epochs and model; its source and sink are not used
   */
  public Result fineTune(FineTuneConfig defaults, FineTuneJob.Ports ports) throws Exception {
    FineTuneConfig config = new FineTuneConfig(model, defaults.settings().inFullBatches());
    String name = "replay-fine-tune-" + System.nanoTime();
    run(
        new FineTuneJob(
            name,
            kafka,
            config,
            ports.bounded(
                KafkaPorts.boundedTracedSource(kafka, kafka.topics().userHistories(), name),
                KafkaPorts.sink(kafka))));
    FineTuneStats stats = FineTuneStats.of(name);
    FineTuneStats.FinalTable table = stats.table();
    if (table == null) {
      throw new IllegalStateException("the replay ended without a table");
    }
    return new Result(table.checksum(), table.rows(), stats.learned(), stats.quality());
  }

  private void run(StreamJob job) throws Exception {
    try (LocalJobs jobs = LocalJobs.start(1)) {
      jobs.submit(job, flink).awaitFinished(TIMEOUT_MS);
    }
  }
}
