package dev.headwater.serving.follow;

import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.ScheduledThreadPoolExecutor;

/** Threads for what a node does beside answering and following. */
final class Background {
  private Background() {}

  /** Returns one daemon thread, which does nothing more once it is shut down. */
  static ScheduledExecutorService thread(String name) {
    ScheduledThreadPoolExecutor one =
        new ScheduledThreadPoolExecutor(
            1,
            task -> {
              Thread thread = new Thread(task, name);
              thread.setDaemon(true);
              return thread;
            });
    one.setExecuteExistingDelayedTasksAfterShutdownPolicy(false);
    return one;
  }
}
