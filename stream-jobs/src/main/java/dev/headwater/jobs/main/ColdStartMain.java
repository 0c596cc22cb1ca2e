package dev.headwater.jobs.main;

import java.util.Set;

/**
 * Entry point of ColdStartJob on a Flink cluster: {@code flink run -c
 * dev.headwater.jobs.main.ColdStartMain JAR --config FILE}. One job serves all domains of the file,
 * those that come later among them; with {@code --domain} it serves that one.
 */
public final class ColdStartMain {
  private ColdStartMain() {}

  /** Runs the job until it is cancelled. */
  public static void main(String[] args) throws Exception {
    Arguments arguments = Arguments.parse(args);
    Submission submission = new Submission(arguments);
    if (submission.isOfMany()) {
      submission.submit(submission.config().coldStartOfAll());
      return;
    }
    Set<String> domains = submission.domains();
    String name =
        arguments.domain() == null
            ? JobsConfig.COLD_START
            : JobsConfig.COLD_START + "-" + arguments.domain();
    submission.submit(submission.config().coldStart(name, submission.models(domains)));
  }
}
