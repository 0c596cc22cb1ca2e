package dev.headwater.jobs.main;

import java.util.Set;

/**
 * Entry point of FineTuneJob on a Flink cluster: {@code flink run -c
 * dev.headwater.jobs.main.FineTuneMain JAR --config FILE}. One job serves all domains of the file,
 * those that come later among them; with {@code --domain} it serves that one.
 */
public final class FineTuneMain {
  private FineTuneMain() {}

  /** Runs the job until it is cancelled. */
  public static void main(String[] args) throws Exception {
    Arguments arguments = Arguments.parse(args);
    Submission submission = new Submission(arguments);
    if (submission.isOfMany()) {
      submission.submit(submission.config().fineTuneOfAll());
      return;
    }
    Set<String> domains = submission.domains();
    submission.submit(submission.config().fineTune(submission.models(domains).iterator().next()));
  }
}
