package dev.headwater.serving.nodes;

import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import java.util.function.BooleanSupplier;
import java.util.function.Consumer;

/** Says twice a second that this node is there, until it is closed. Thread-safe. */
public final class Beats implements AutoCloseable {
  /** How often a node says that it is there. */
  public static final long EVERY_MS = 500;

  private final Member self;
  private final BooleanSupplier ready;
  private final Consumer<Member> send;
  private final ScheduledExecutorService scheduler;
  private long beat;
  private boolean leaving;

  /**
   * Creates it; {@link #start} says it the first time.
   *
   * @param self what stands in every beat
   * @param ready whether this node has what it needs
   * @param send writes a record; what is not written is followed by the next
   */
  public Beats(Member self, BooleanSupplier ready, Consumer<Member> send) {
    this.self = self;
    this.ready = ready;
    this.send = send;
    scheduler =
        Executors.newSingleThreadScheduledExecutor(
            task -> {
              Thread thread = new Thread(task, "serving-beats");
              thread.setDaemon(true);
              return thread;
            });
  }

  /** Begins. */
  public void start() {
    var unused = scheduler.scheduleWithFixedDelay(this::say, 0, EVERY_MS, TimeUnit.MILLISECONDS);
  }

  private synchronized void say() {
    send.accept(self.at(++beat, ready.getAsBoolean(), leaving));
  }

  /** Says that this node is about to end: others are asked before it from now on. */
  public synchronized void leave() {
    leaving = true;
    say();
  }

  /** Falls silent. */
  @Override
  public void close() {
    scheduler.shutdownNow();
  }
}
