package dev.headwater.jobs.main;

import java.util.Set;

/**
 * Entry point of FineTuneJob on a Flink cluster: {@code flink run -c
 * dev.headwater.jobs.main.FineTuneMain JAR --config FILE --domain NAME}. One job a domain; the name
 * may be left out where the file has one domain alone.
 */
public final class FineTuneMain {
  private FineTuneMain() {}

  /** Runs the job until it is cancelled. */
  public static void main(String[] args) throws Exception {
    Submission submission = new Submission(Arguments.parse(args));
    Set<String> domains = submission.domains();
    if (domains.size() != 1) {
      throw new IllegalArgumentException("name one of " + domains + "; " + Arguments.USAGE);
    }
    submission.submit(submission.config().fineTune(submission.models(domains).iterator().next()));
  }
}
