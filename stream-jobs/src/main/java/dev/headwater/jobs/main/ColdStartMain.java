package dev.headwater.jobs.main;

import dev.headwater.jobs.StreamJob;
import dev.headwater.jobs.coldstart.ColdStartConfig;
import dev.headwater.jobs.coldstart.ColdStartJob;
import dev.headwater.jobs.coldstart.TextEncoders;
import org.apache.flink.streaming.api.environment.StreamExecutionEnvironment;

/** ColdStartJob for {@code flink run}; arguments: {@link Arguments#USAGE}. */
public final class ColdStartMain {
  private ColdStartMain() {}

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
    ColdStartConfig defaults = ColdStartConfig.of(arguments.model());
    ColdStartConfig config =
        new ColdStartConfig(
            defaults.models(),
            defaults.batchSize(),
            defaults.batchWaitMs(),
            defaults.inFlight(),
            defaults.timeout(),
            defaults.loadTimeout(),
            defaults.trainedInteractions(),
            defaults.warmRows(),
            defaults.refreshMs(),
            arguments.parallelism());
    return ColdStartJob.onKafka(
        "cold-start-" + arguments.model().domain(),
        arguments.kafka(),
        config,
        TextEncoders.ofBundle());
  }
}
