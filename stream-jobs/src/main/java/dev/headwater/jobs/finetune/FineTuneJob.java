package dev.headwater.jobs.finetune;

import dev.headwater.events.kafka.KafkaSettings;
import dev.headwater.jobs.StreamJob;
import dev.headwater.jobs.kafka.InRecord;
import dev.headwater.jobs.kafka.KafkaPorts;
import dev.headwater.jobs.kafka.OutRecord;
import dev.headwater.jobs.rows.RowFeed;
import dev.headwater.jobs.rows.RowsFollower;
import org.apache.flink.api.common.eventtime.WatermarkStrategy;
import org.apache.flink.api.common.typeinfo.Types;
import org.apache.flink.api.connector.sink2.Sink;
import org.apache.flink.api.connector.source.Source;
import org.apache.flink.streaming.api.datastream.SingleOutputStreamOperator;
import org.apache.flink.streaming.api.environment.StreamExecutionEnvironment;

/**
 * From {@code user-histories} to {@code embeddings.fine-tuned}: each new entry of a history is
 * ranked with the published table, then learned; changed rows go out within a second or so. One
 * writer a row: a row is keyed by its item, and one subtask owns it.
 */
public final class FineTuneJob implements StreamJob {
  private static final int MAX_SHARDS = 128;

  private final String name;
  private final FineTuneConfig config;
  private final KafkaSettings kafka;
  private final Ports ports;

  /**
   * Where the job reads and writes.
   *
   * @param histories reads {@code user-histories}
   * @param feeds reads the embedding topics beside the stream
   * @param epochs gives an attempt its epoch
   * @param models opens the model
   * @param out writes rows, quality and dead letters
   */
  public record Ports(
      Source<InRecord, ?, ?> histories,
      RowFeed.Opener feeds,
      Epochs epochs,
      LearningModel.Opener models,
      Sink<OutRecord> out) {}

  /**
   * A job with its own ports.
   *
   * @param name shown by Flink and used for consumer group and {@link FineTuneStats}
   * @param kafka names the topics
   * @param config settings
   * @param ports where it reads and writes
   */
  public FineTuneJob(String name, KafkaSettings kafka, FineTuneConfig config, Ports ports) {
    this.name = name;
    this.kafka = kafka;
    this.config = config;
    this.ports = ports;
  }

  /** Returns a job that reads from and writes to Kafka. */
  public static FineTuneJob onKafka(String name, KafkaSettings kafka, FineTuneConfig config) {
    return new FineTuneJob(name, kafka, config, portsOnKafka(name, kafka, config));
  }

  /** Returns ports to Kafka and to the domain's bundle. */
  public static Ports portsOnKafka(String name, KafkaSettings kafka, FineTuneConfig config) {
    return new Ports(
        KafkaPorts.source(kafka, kafka.topics().userHistories(), kafka.topics().prefix() + name),
        feed(kafka, config),
        Epochs.onKafka(kafka, config.model()),
        LearningModel.ofBundle(config.model()),
        KafkaPorts.sink(kafka));
  }

  private static RowFeed.Opener feed(KafkaSettings kafka, FineTuneConfig config) {
    return (name, listener) -> new RowsFollower(name, kafka, config.model(), listener).start();
  }

  @Override
  public String name() {
    return name;
  }

  /** Lays out source, first stage, learner and sink. */
  @Override
  public void build(StreamExecutionEnvironment environment) {
    SingleOutputStreamOperator<TrainingExample> examples =
        environment
            .fromSource(
                ports.histories(), WatermarkStrategy.noWatermarks(), "histories", InRecord.TYPE)
            .uid("histories")
            .setParallelism(1)
            .keyBy(InRecord::keyText, Types.STRING)
            .process(
                new HistoryToExamples(name, config, kafka.topics(), MAX_SHARDS),
                TrainingExample.TYPE)
            .name("examples")
            .uid("examples")
            .setMaxParallelism(MAX_SHARDS)
            .setParallelism(1);
    examples
        .keyBy(TrainingExample::route, Types.STRING)
        .transform(
            "learn", OutRecord.TYPE, new FineTuneOperator(name, config, kafka.topics(), ports))
        .uid("learn")
        .setMaxParallelism(MAX_SHARDS)
        .setParallelism(config.shards())
        .union(examples.getSideOutput(HistoryToExamples.BESIDE))
        .sinkTo(ports.out())
        .name("rows")
        .uid("rows-out")
        .setParallelism(config.shards());
  }
}
