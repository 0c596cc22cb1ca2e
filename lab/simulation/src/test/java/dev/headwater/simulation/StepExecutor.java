package dev.headwater.simulation;

import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.ScheduledFuture;
import java.util.concurrent.ScheduledThreadPoolExecutor;
import java.util.concurrent.TimeUnit;
import java.util.function.LongSupplier;

/** Runs tasks when it is told to, on the thread that says so: an executor without threads. */
final class StepExecutor extends ScheduledThreadPoolExecutor {
  private final LongSupplier clockMs;
  private final List<Task> tasks = new ArrayList<>();
  private boolean closed;

  private record Task(Runnable work, long dueMs) {}

  StepExecutor(LongSupplier clockMs) {
    super(0);
    this.clockMs = clockMs;
  }

  /** Runs what is due, in order. */
  void step() {
    List<Task> due = tasks.stream().filter(task -> task.dueMs() <= clockMs.getAsLong()).toList();
    tasks.removeAll(due);
    due.forEach(task -> task.work().run());
  }

  @Override
  public void execute(Runnable work) {
    if (!closed) {
      tasks.add(new Task(work, clockMs.getAsLong()));
    }
  }

  @Override
  @SuppressWarnings("NullAway") // nobody here asks what became of it
  public ScheduledFuture<?> schedule(Runnable work, long delay, TimeUnit unit) {
    if (!closed) {
      tasks.add(new Task(work, clockMs.getAsLong() + unit.toMillis(delay)));
    }
    return null;
  }

  @Override
  public boolean isShutdown() {
    return closed;
  }

  @Override
  public List<Runnable> shutdownNow() {
    closed = true;
    tasks.clear();
    return super.shutdownNow();
  }
}
