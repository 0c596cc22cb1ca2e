package dev.headwater.jobs.coldstart;

import dev.headwater.jobs.DomainModel;
import java.io.Serializable;
import java.time.Duration;
import java.util.List;

/**
 * Settings of ColdStartJob.
 *
 * @param models the domains it serves, each with its bundle
 * @param batchSize most texts encoded together
 * @param batchWaitMs how long a text waits for company
 * @param inFlight most items under way in a subtask; more wait in Kafka
 * @param timeout after which an item under way fails the job (it is then tried again)
 * @param loadTimeout longest time to read the embedding topics at the start
 * @param trainedInteractions clicks after which an item of the domain lends its embedding to others
 * @param warmRows trained items from which on a new row is a mean raised by its spread ({@link
 *     dev.headwater.idp.cdim.ColdStartRule#warmItems})
 * @param refreshMs how often rows of items without a click are rebuilt, 0 for never
 * @param parallelism subtasks
 */
public record ColdStartConfig(
    List<DomainModel> models,
    int batchSize,
    int batchWaitMs,
    int inFlight,
    Duration timeout,
    Duration loadTimeout,
    int trainedInteractions,
    int warmRows,
    int refreshMs,
    int parallelism)
    implements Serializable {

  /** Copies the list. */
  public ColdStartConfig {
    models = List.copyOf(models);
  }

  /** Returns the defaults for some domains. */
  public static ColdStartConfig of(DomainModel... models) {
    return new ColdStartConfig(
        List.of(models),
        32,
        2,
        256,
        Duration.ofMinutes(2),
        Duration.ofMinutes(5),
        1,
        100,
        30_000,
        1);
  }
}
