package dev.headwater.jobs.coldstart;

import dev.headwater.events.kafka.KafkaSettings;
import dev.headwater.jobs.StreamJob;
import dev.headwater.jobs.kafka.InRecord;
import dev.headwater.jobs.kafka.KafkaPorts;
import dev.headwater.jobs.kafka.OutRecord;
import dev.headwater.jobs.models.AnnouncedModels;
import dev.headwater.jobs.models.ModelWatch;
import java.time.Duration;
import java.util.concurrent.TimeUnit;
import org.apache.flink.api.common.eventtime.WatermarkStrategy;
import org.apache.flink.api.connector.sink2.Sink;
import org.apache.flink.api.connector.source.Source;
import org.apache.flink.streaming.api.datastream.AsyncDataStream;
import org.apache.flink.streaming.api.datastream.DataStream;
import org.apache.flink.streaming.api.environment.StreamExecutionEnvironment;

/**
 * From {@code catalog.accepted} to {@code embeddings.cold-start}: text, text vector, similar items,
 * the weighted mean of their embeddings. A tombstone gives a tombstone, an item without usable text
 * a fallback row and a dead letter, an unchanged text nothing.
 *
 * <p>Records of a partition keep their order to the end, so that the last row of an item is the one
 * of its last text.
 */
public final class ColdStartJob implements StreamJob {
  private static final Duration ANNOUNCEMENTS_TIMEOUT = Duration.ofSeconds(60);

  private final String name;
  private final KafkaSettings kafka;
  private final ColdStartConfig config;
  private final Ports ports;

  /**
   * Where the job reads and writes, and what it computes with.
   *
   * @param items reads {@code catalog.accepted}
   * @param encoders makes the text encoder of a subtask
   * @param models opens the model of a domain
   * @param out writes rows and dead letters
   * @param watches tells of another bundle
   */
  public record Ports(
      Source<InRecord, ?, ?> items,
      TextEncoders encoders,
      MatchingModel.Opener models,
      Sink<OutRecord> out,
      ModelWatch.Opener watches) {
    /** Ports of a job that keeps its bundles. */
    public Ports(
        Source<InRecord, ?, ?> items,
        TextEncoders encoders,
        MatchingModel.Opener models,
        Sink<OutRecord> out) {
      this(items, encoders, models, out, ModelWatch.FIXED);
    }
  }

  /**
   * A job with its own ports.
   *
   * @param name shown by Flink and used for consumer group and {@link ColdStartStats}
   * @param kafka how operators read the embedding topics
   * @param config settings
   * @param ports where it reads and writes
   */
  public ColdStartJob(String name, KafkaSettings kafka, ColdStartConfig config, Ports ports) {
    this.name = name;
    this.kafka = kafka;
    this.config = config;
    this.ports = ports;
  }

  /** Returns a job that reads from and writes to Kafka and opens bundles. */
  public static ColdStartJob onKafka(
      String name, KafkaSettings kafka, ColdStartConfig config, TextEncoders encoders) {
    return new ColdStartJob(name, kafka, config, portsOnKafka(name, kafka, encoders));
  }

  /** Returns ports to Kafka and to bundles. */
  public static Ports portsOnKafka(String name, KafkaSettings kafka, TextEncoders encoders) {
    String group = kafka.topics().prefix() + name;
    return new Ports(
        KafkaPorts.source(kafka, kafka.topics().acceptedItems(), group),
        encoders,
        MatchingModel::ofBundle,
        KafkaPorts.sink(kafka),
        watch -> AnnouncedModels.open(watch, kafka, ANNOUNCEMENTS_TIMEOUT));
  }

  @Override
  public String name() {
    return name;
  }

  /** Lays out source, encoder and sink. */
  @Override
  public void build(StreamExecutionEnvironment environment) {
    DataStream<InRecord> accepted =
        environment
            .fromSource(
                ports.items(), WatermarkStrategy.noWatermarks(), "accepted items", InRecord.TYPE)
            .uid("accepted-items")
            .setParallelism(config.settings().parallelism());
    AsyncDataStream.orderedWait(
            accepted,
            new ColdStartFunction(name, kafka, config, ports),
            config.settings().timeout().toMillis(),
            TimeUnit.MILLISECONDS,
            config.settings().inFlight())
        .returns(OutRecord.TYPE)
        .name("generate rows")
        .uid("generate-rows")
        .setParallelism(config.settings().parallelism())
        .sinkTo(ports.out())
        .name("rows")
        .uid("rows-out")
        .setParallelism(config.settings().parallelism());
  }
}
