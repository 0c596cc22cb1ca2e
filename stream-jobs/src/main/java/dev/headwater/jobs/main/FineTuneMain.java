package dev.headwater.jobs.main;

import dev.headwater.jobs.StreamJob;
import dev.headwater.jobs.finetune.FineTuneConfig;
import dev.headwater.jobs.finetune.FineTuneJob;
import org.apache.flink.streaming.api.environment.StreamExecutionEnvironment;

/** FineTuneJob for {@code flink run}; arguments: {@link Arguments#USAGE}. */
public final class FineTuneMain {
  private FineTuneMain() {}

  /** Runs the job until it is cancelled. */
  public static void main(String[] args) throws Exception {
    Arguments arguments = Arguments.parse(args);
    StreamExecutionEnvironment environment = StreamExecutionEnvironment.getExecutionEnvironment();
    arguments.flink().applyTo(environment);
    StreamJob job = job(arguments);
    job.build(environment);
    environment.execute(job.name());
  }

  static StreamJob job(Arguments arguments) {
    FineTuneConfig config =
        FineTuneConfig.of(arguments.model()).withShards(arguments.parallelism());
    return FineTuneJob.onKafka(
        "fine-tune-" + arguments.model().domain(), arguments.kafka(), config, arguments.tracing());
  }
}
