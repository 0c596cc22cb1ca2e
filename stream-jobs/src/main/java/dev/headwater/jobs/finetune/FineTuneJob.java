package dev.headwater.jobs.finetune;

import dev.headwater.events.kafka.KafkaSettings;
import dev.headwater.jobs.DomainModel;
import dev.headwater.jobs.StreamJob;
import dev.headwater.jobs.kafka.KafkaPorts;
import dev.headwater.jobs.kafka.OutRecord;
import dev.headwater.jobs.kafka.TracedRecord;
import dev.headwater.jobs.models.AnnouncedModels;
import dev.headwater.jobs.models.ModelWatch;
import dev.headwater.jobs.models.ServedDomains;
import dev.headwater.jobs.rows.Epochs;
import dev.headwater.jobs.rows.RowFeed;
import dev.headwater.jobs.rows.RowsFollower;
import dev.headwater.tracing.Tracing;
import java.io.Serializable;
import java.time.Duration;
import org.apache.flink.api.common.eventtime.WatermarkStrategy;
import org.apache.flink.api.common.typeinfo.Types;
import org.apache.flink.api.connector.sink2.Sink;
import org.apache.flink.api.connector.source.Source;
import org.apache.flink.streaming.api.datastream.SingleOutputStreamOperator;
import org.apache.flink.streaming.api.environment.StreamExecutionEnvironment;
import org.jspecify.annotations.Nullable;

/**
 * From {@code user-histories} to {@code embeddings.fine-tuned}: each new entry of a history is
 * ranked with the table as it is, then learned; changed rows go out within a second or so. One
 * writer a row: a row is keyed by its item, and one subtask owns it. Workers, keyed by user, take
 * the encoding off owners ({@code docs/decisions/0011}). One job serves one domain, or all those of
 * an installation.
 */
public final class FineTuneJob implements StreamJob {
  /** Its name in traces. */
  static final String SERVICE = "headwater-fine-tune";

  private final String name;
  private final ServedDomains served;
  private final FineTuneConfig.Settings settings;
  private final KafkaSettings kafka;
  private final Ports ports;

  /**
   * Where the job reads and writes.
   *
   * @param histories reads {@code user-histories}
   * @param backlogs reads it once more, for domains that came late or were behind
   * @param configured what belongs to the bundle that the one domain of a job is configured with;
   *     null where all are made
   * @param out writes rows, quality and dead letters
   * @param switching follows announcements, and makes what belongs to a bundle
   * @param tracing opens what makes spans
   */
  public record Ports(
      Source<TracedRecord, ?, ?> histories,
      HistoryBacklog.Opener backlogs,
      @Nullable ModelPorts configured,
      Sink<OutRecord> out,
      Switching switching,
      Tracing.Opener tracing) {
    /** Returns what operators open themselves. */
    Beside beside() {
      return new Beside(backlogs, configured, switching, tracing);
    }

    /** Ports of a job of one domain, which makes no spans. */
    public Ports(
        Source<TracedRecord, ?, ?> histories,
        RowFeed.Opener feeds,
        Epochs epochs,
        LearningModel.Opener models,
        Sink<OutRecord> out,
        Switching switching) {
      this(
          histories,
          HistoryBacklog.Opener.NONE,
          new ModelPorts(feeds, epochs, models),
          out,
          switching,
          Tracing.Opener.OFF);
    }

    /** Ports of a job that keeps its bundle. */
    public Ports(
        Source<TracedRecord, ?, ?> histories,
        RowFeed.Opener feeds,
        Epochs epochs,
        LearningModel.Opener models,
        Sink<OutRecord> out) {
      this(histories, feeds, epochs, models, out, Switching.NEVER);
    }

    /** The same for a run that ends, with its bundle and without spans. */
    public Ports bounded(Source<TracedRecord, ?, ?> from, Sink<OutRecord> to) {
      return new Ports(from, backlogs, configured, to, Switching.NEVER, Tracing.Opener.OFF);
    }

    /** The same with spans. */
    public Ports traced(Tracing.Opener with) {
      return new Ports(histories, backlogs, configured, out, switching, with);
    }
  }

  /** What operators open themselves, beside source and sink. */
  record Beside(
      HistoryBacklog.Opener backlogs,
      @Nullable ModelPorts configured,
      Switching switching,
      Tracing.Opener tracing)
      implements Serializable {}

  /**
   * What is needed to go on with another bundle while the job runs.
   *
   * @param watch tells which bundle is announced
   * @param ports makes what belongs to one bundle
   */
  public record Switching(ModelWatch.Opener watch, ModelPorts.Maker ports) implements Serializable {
    /** Keeps the configured bundle. */
    static final Switching NEVER =
        new Switching(
            ModelWatch.FIXED,
            model -> {
              throw new IllegalStateException("cannot switch to " + model.bundleId());
            });
  }

  /** What belongs to one bundle: where its rows are read, its epochs and the model itself. */
  public record ModelPorts(RowFeed.Opener feeds, Epochs epochs, LearningModel.Opener models)
      implements Serializable {
    /** Makes them; shipped to operators. */
    @FunctionalInterface
    public interface Maker extends Serializable {
      /** Makes those of a bundle. */
      ModelPorts of(DomainModel model);

      /** Opens what those of all domains share. */
      default OpenPorts open(String name) {
        return this::of;
      }
    }

    /** Returns those on Kafka, with encoders on a device. */
    public static ModelPorts onKafka(KafkaSettings kafka, DomainModel model, String device) {
      return new ModelPorts(
          (name, listener) -> new RowsFollower(name, kafka, model, listener).start(),
          Epochs.onKafka(kafka, model),
          LearningModel.ofBundle(model, device));
    }
  }

  /** Makes what belongs to bundles, from what they share. */
  @FunctionalInterface
  public interface OpenPorts extends AutoCloseable {
    /** Makes those of a bundle. */
    ModelPorts of(DomainModel model);

    @Override
    default void close() {}
  }

  /**
   * A job of one domain with its own ports.
   *
   * @param name shown by Flink and used for consumer group and {@link FineTuneStats}
   * @param kafka names the topics
   * @param config settings
   * @param ports where it reads and writes
   */
  public FineTuneJob(String name, KafkaSettings kafka, FineTuneConfig config, Ports ports) {
    this(name, kafka, ServedDomains.one(config.model()), config.settings(), ports);
  }

  /** The same for any number of domains, each with its counts under {@link #stats}. */
  public FineTuneJob(
      String name,
      KafkaSettings kafka,
      ServedDomains served,
      FineTuneConfig.Settings settings,
      Ports ports) {
    this.name = name;
    this.kafka = kafka;
    this.served = served;
    this.settings = settings;
    this.ports = ports;
  }

  /** Returns a job of one domain that reads from and writes to Kafka. */
  public static FineTuneJob onKafka(String name, KafkaSettings kafka, FineTuneConfig config) {
    return onKafka(name, kafka, config, Tracing.Opener.OFF);
  }

  /** The same with spans. */
  public static FineTuneJob onKafka(
      String name, KafkaSettings kafka, FineTuneConfig config, Tracing.Opener tracing) {
    return new FineTuneJob(name, kafka, config, portsOnKafka(name, kafka, config).traced(tracing));
  }

  /** Returns a job of many domains on Kafka. */
  public static FineTuneJob onKafka(
      String name,
      KafkaSettings kafka,
      ServedDomains served,
      FineTuneConfig.Settings settings,
      Tracing.Opener tracing) {
    Duration loadTimeout = settings.loadTimeout();
    Ports ports =
        new Ports(
            KafkaPorts.tracedSource(
                kafka, kafka.topics().userHistories(), kafka.topics().prefix() + name),
            HistoryBacklog.onKafka(kafka),
            null,
            KafkaPorts.sink(kafka),
            new Switching(
                watch -> AnnouncedModels.open(watch, kafka, loadTimeout),
                SharedModelPorts.onKafka(kafka, settings.device())),
            tracing);
    return new FineTuneJob(name, kafka, served, settings, ports);
  }

  /** Returns ports to Kafka and to the domain's bundle. */
  public static Ports portsOnKafka(String name, KafkaSettings kafka, FineTuneConfig config) {
    String device = config.settings().device();
    ModelPorts ports = ModelPorts.onKafka(kafka, config.model(), device);
    Duration loadTimeout = config.settings().loadTimeout();
    return new Ports(
        KafkaPorts.tracedSource(
            kafka, kafka.topics().userHistories(), kafka.topics().prefix() + name),
        ports.feeds(),
        ports.epochs(),
        ports.models(),
        KafkaPorts.sink(kafka),
        new Switching(
            watch -> AnnouncedModels.open(watch, kafka, loadTimeout),
            model -> ModelPorts.onKafka(kafka, model, device)));
  }

  /** Returns the counts of a domain of a job. */
  public static FineTuneStats stats(String jobName, ServedDomains served, String domain) {
    return FineTuneStats.of(served.isOne() ? jobName : jobName + "-" + domain);
  }

  @Override
  public String name() {
    return name;
  }

  /** Lays out source, first stage, learner and sink. */
  @Override
  public void build(StreamExecutionEnvironment environment) {
    int workers = settings.workers();
    SingleOutputStreamOperator<ForOwner> examples =
        environment
            .fromSource(
                ports.histories(), WatermarkStrategy.noWatermarks(), "histories", TracedRecord.TYPE)
            .uid("histories")
            .setParallelism(workers)
            .keyBy(TracedRecord::keyText, Types.STRING)
            .transform(
                "examples",
                ForOwner.TYPE,
                new HistoryToExamples(
                    name,
                    served,
                    settings,
                    kafka.topics(),
                    FineTuneConfig.MOST_SUBTASKS,
                    ports.beside()))
            .uid("examples")
            .setMaxParallelism(FineTuneConfig.MOST_SUBTASKS)
            .setParallelism(workers);
    examples
        .keyBy(ForOwner::route, Types.STRING)
        .transform(
            "learn",
            OutRecord.TYPE,
            new FineTuneOperator(name, served, settings, kafka.topics(), ports.beside()))
        .uid("learn")
        .setMaxParallelism(FineTuneConfig.MOST_SUBTASKS)
        .setParallelism(settings.shards())
        .union(examples.getSideOutput(HistoryToExamples.BESIDE))
        .sinkTo(ports.out())
        .name("rows")
        .uid("rows-out")
        .setParallelism(settings.shards());
  }
}
