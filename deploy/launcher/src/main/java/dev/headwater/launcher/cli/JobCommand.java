package dev.headwater.launcher.cli;

import dev.headwater.events.kafka.TopicAdmin;
import dev.headwater.idp.tensor.Torch;
import dev.headwater.jobs.DomainModel;
import dev.headwater.jobs.coldstart.ColdStartStats;
import dev.headwater.jobs.finetune.FineTuneStats;
import dev.headwater.jobs.local.LocalJobs;
import dev.headwater.jobs.local.RunningJob;
import dev.headwater.jobs.main.JobsConfig;
import dev.headwater.platform.cli.CommonOptions;
import dev.headwater.platform.cli.Output;
import dev.headwater.platform.config.HeadwaterConfig;
import dev.headwater.platform.config.MetricsSection;
import dev.headwater.platform.parts.FlinkMetrics;
import dev.headwater.platform.parts.JobMeters;
import dev.headwater.platform.parts.Jobs;
import dev.headwater.platform.parts.Metrics;
import io.micrometer.prometheusmetrics.PrometheusMeterRegistry;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.Iterator;
import java.util.List;
import java.util.Map;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Parameters;

/** {@code job cold-start|fine-tune}: one Flink job on a MiniCluster in this process. */
@Command(
    name = "job",
    description =
        "Run a Flink job in this process: cold-start (text to embedding) or fine-tune (learn from"
            + " clicks).",
    mixinStandardHelpOptions = true)
final class JobCommand implements Callable<Integer> {
  /** The jobs there are. */
  enum Name {
    COLD_START,
    FINE_TUNE
  }

  @Mixin CommonOptions common = new CommonOptions();

  @Parameters(
      paramLabel = "cold-start|fine-tune",
      converter = NameConverter.class,
      completionCandidates = Names.class,
      description = "Which job.")
  Name name = Name.COLD_START;

  /** The names as they are written. */
  static final class Names implements Iterable<String> {
    @Override
    public Iterator<String> iterator() {
      return List.of("cold-start", "fine-tune").iterator();
    }
  }

  /** Reads the name as it is written on the command line. */
  static final class NameConverter implements picocli.CommandLine.ITypeConverter<Name> {
    @Override
    public Name convert(String text) {
      return switch (text) {
        case "cold-start" -> Name.COLD_START;
        case "fine-tune" -> Name.FINE_TUNE;
        default ->
            throw new picocli.CommandLine.TypeConversionException(
                "'" + text + "' is not a job: cold-start or fine-tune");
      };
    }
  }

  @Override
  public Integer call() throws Exception {
    if (name == Name.FINE_TUNE) {
      Torch.preferThreads(1);
    }
    HeadwaterConfig config = common.config();
    TopicAdmin.requireBroker(config.kafka());
    JobsConfig parts = config.jobs();
    List<DomainModel> models =
        parts.isOfOneDomain() ? parts.announced(config.domains()) : List.of();
    FlinkMetrics flink = FlinkMetrics.onFreePort();
    Map<String, String> settings = new HashMap<>(parts.flink().ofCluster());
    settings.putAll(flink.settings());
    LocalJobs cluster = LocalJobs.start(slots(parts), settings);
    List<RunningJob> running = new ArrayList<>();
    PrometheusMeterRegistry registry = Metrics.registry();
    Runnable look = meters(registry, models);
    MetricsSection ports = config.metrics();
    try (Metrics metrics =
        Metrics.serve(
            name == Name.COLD_START ? ports.coldStart() : ports.fineTune(),
            List.of(() -> scrape(look, registry), flink))) {
      Output.line("metrics on port " + metrics.port());
      return Service.run(
          "job " + name,
          config,
          () -> stop(cluster, running),
          () -> start(new Jobs(config, cluster), models, running),
          () -> ended(running));
    }
  }

  /** Returns why a job has ended by itself, null while all go on. */
  private static @Nullable Throwable ended(List<RunningJob> running) throws Exception {
    for (RunningJob job : running) {
      String why = job.ended();
      if (why != null) {
        return new IllegalStateException(why);
      }
    }
    return null;
  }

  private int slots(JobsConfig jobs) {
    return name == Name.COLD_START ? jobs.coldStartSlots() : jobs.fineTuneSlots();
  }

  private static String scrape(Runnable look, PrometheusMeterRegistry registry) {
    look.run();
    return registry.scrape();
  }

  /** Returns what meters of domains that came since are registered by. */
  private Runnable meters(PrometheusMeterRegistry registry, List<DomainModel> models) {
    if (name == Name.COLD_START) {
      return JobMeters.coldStartOfMany(registry, ColdStartStats.of(JobsConfig.COLD_START));
    }
    for (DomainModel model : models) {
      FineTuneStats stats = FineTuneStats.of(JobsConfig.fineTuneName(model.domain()));
      JobMeters.fineTune(registry, model.domain(), stats);
    }
    return models.isEmpty() ? JobMeters.fineTune(registry, JobsConfig.FINE_TUNE) : () -> {};
  }

  private void start(Jobs jobs, List<DomainModel> models, List<RunningJob> running)
      throws Exception {
    if (models.isEmpty()) {
      running.add(name == Name.COLD_START ? jobs.coldStart() : jobs.fineTune());
    } else if (name == Name.COLD_START) {
      running.add(jobs.coldStart(models));
    } else {
      running.add(jobs.fineTune(models.get(0)));
    }
  }

  /** A last checkpoint, so that the next start replays little. */
  private static void stop(LocalJobs cluster, List<RunningJob> running) throws Exception {
    try {
      for (RunningJob job : running) {
        job.checkpoint();
        job.cancel();
      }
    } finally {
      cluster.close();
    }
  }
}
