package dev.headwater.jobs;

import org.apache.flink.streaming.api.environment.StreamExecutionEnvironment;

/** A job that can be laid out in any Flink environment: a local cluster, a real one, a test. */
public interface StreamJob {
  /** Returns the name that Flink, metrics and logs show. */
  String name();

  /** Adds the job's operators to the environment; the caller executes it. */
  void build(StreamExecutionEnvironment environment);
}
