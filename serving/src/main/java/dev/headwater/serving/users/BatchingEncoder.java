package dev.headwater.serving.users;

import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.ArrayBlockingQueue;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/**
 * Encodes histories one batch after the other on a thread of its own. Requests that arrive together
 * are encoded together: what arrives while a batch is in work makes up the next one, and on a busy
 * node a batch waits a moment for more. Work that nobody waits for fills the thread's idle time in
 * small batches, so that it delays a request by a millisecond or two at most. Several may share
 * one: each closes it once, and the last ends it.
 */
public final class BatchingEncoder implements AutoCloseable {
  /** On a busy node a batch waits this long for more requests. */
  private static final long GATHER_NS = 1_000_000;

  private static final int BACKGROUND_BATCH = 16;

  private final HistoryEncoder encoder;
  private final Bounds bounds;
  private final BlockingQueue<Job> asked;
  private final ConcurrentLinkedQueue<Supplier<@Nullable Job>> background =
      new ConcurrentLinkedQueue<>();
  private final AtomicInteger backgroundCount = new AtomicInteger();
  private final Thread thread;
  private final AtomicInteger sharers = new AtomicInteger(1);
  private int lastBatch;
  private volatile boolean closed;

  /**
   * Bounds of an encoder's work.
   *
   * @param batchMax histories a batch
   * @param queueMax requests that may wait
   * @param backgroundMax histories that may wait to be encoded in the background; beyond it they
   *     are left to the request that needs them
   * @param waitMsMax how long a request may wait for its vector
   */
  public record Bounds(int batchMax, int queueMax, int backgroundMax, long waitMsMax) {}

  /** A history to be encoded, {@code [n][dim]}, oldest first, and who hears of its vector. */
  public static final class Job {
    private final float[][] history;
    private final CompletableFuture<float[]> vector;

    /** Creates one; the future is completed on the encoding thread. */
    public Job(float[][] history, CompletableFuture<float[]> vector) {
      this.history = history;
      this.vector = vector;
    }

    /** One that nobody waits for. */
    private static Job done() {
      return new Job(new float[0][], CompletableFuture.completedFuture(new float[0]));
    }
  }

  /** Too many histories wait already, or the encoder did not answer in time. */
  public static final class EncoderBusyException extends RuntimeException {
    private static final long serialVersionUID = 1L;

    EncoderBusyException(String message) {
      super(message, null, false, false);
    }
  }

  /**
   * Starts the thread.
   *
   * @param encoder closed with this
   * @param bounds of the work
   */
  public BatchingEncoder(HistoryEncoder encoder, Bounds bounds) {
    this.encoder = encoder;
    this.bounds = bounds;
    this.asked = new ArrayBlockingQueue<>(bounds.queueMax());
    thread = new Thread(this::run, "serving-encode");
    thread.setDaemon(true);
    thread.start();
  }

  /** Returns how many rows of a history count, the last ones. */
  public int maxLength() {
    return encoder.maxLength();
  }

  /** Returns what makes rows of the encoder's space from texts; null when nothing does. */
  public @Nullable TextRows textRows() {
    return encoder.textRows();
  }

  /** Returns how many histories wait to be encoded in the background. */
  public int waitingInBackground() {
    return backgroundCount.get();
  }

  /**
   * Encodes one history, together with others that wait.
   *
   * @param history {@code [n][dim]}, oldest first
   * @return its vector, or {@link EncoderBusyException} when too many wait or it took too long
   */
  public CompletableFuture<float[]> encode(float[][] history) {
    CompletableFuture<float[]> vector = new CompletableFuture<>();
    if (closed || !asked.offer(new Job(history, vector))) {
      vector.completeExceptionally(
          new EncoderBusyException("too many histories wait to be encoded"));
      return vector;
    }
    return vector
        .orTimeout(bounds.waitMsMax(), TimeUnit.MILLISECONDS)
        .exceptionally(BatchingEncoder::failed);
  }

  private static float[] failed(Throwable failure) {
    if (failure instanceof TimeoutException) {
      throw new EncoderBusyException("the history was not encoded in time");
    }
    throw failure instanceof RuntimeException known ? known : new CompletionException(failure);
  }

  /**
   * Encodes when there is nothing better to do.
   *
   * @param job asked for when its turn comes; null when it is no longer wanted
   * @return whether there was room
   */
  public boolean encodeBehind(Supplier<@Nullable Job> job) {
    if (closed || backgroundCount.get() >= bounds.backgroundMax()) {
      return false;
    }
    backgroundCount.incrementAndGet();
    background.add(job);
    return true;
  }

  private void run() {
    List<Job> batch = new ArrayList<>();
    while (!closed) {
      try {
        gather(batch);
        batch.removeIf(job -> job.vector.isDone());
        if (!batch.isEmpty()) {
          encode(batch);
          batch.clear();
        }
      } catch (InterruptedException e) {
        closed = true;
      }
    }
    asked.forEach(job -> job.vector.completeExceptionally(new EncoderBusyException("closed")));
    encoder.close();
  }

  private void gather(List<Job> batch) throws InterruptedException {
    Job first = backgroundCount.get() > 0 ? asked.poll() : asked.poll(5, TimeUnit.MILLISECONDS);
    if (first == null) {
      takeBehind(batch);
      return;
    }
    batch.add(first);
    asked.drainTo(batch, bounds.batchMax() - 1);
    if (lastBatch > 1 && batch.size() < lastBatch) {
      Job more = asked.poll(GATHER_NS, TimeUnit.NANOSECONDS);
      if (more != null) {
        batch.add(more);
        asked.drainTo(batch, bounds.batchMax() - batch.size());
      }
    }
    lastBatch = batch.size();
  }

  private void takeBehind(List<Job> batch) {
    int max = Math.min(BACKGROUND_BATCH, bounds.batchMax());
    while (batch.size() < max) {
      Supplier<@Nullable Job> next = background.poll();
      if (next == null) {
        return;
      }
      backgroundCount.decrementAndGet();
      Job job = next.get();
      if (job != null) {
        batch.add(job);
      }
    }
  }

  private void encode(List<Job> batch) {
    try {
      float[][] vectors = encoder.encode(batch.stream().map(job -> job.history).toList());
      for (int i = 0; i < vectors.length; i++) {
        batch.get(i).vector.complete(vectors[i]);
      }
    } catch (RuntimeException e) {
      batch.forEach(job -> job.vector.completeExceptionally(e));
    }
  }

  /** One more has it from now on, and closes it; false when it was closed before. */
  public boolean share() {
    return sharers.getAndUpdate(count -> count == 0 ? 0 : count + 1) > 0;
  }

  /** Tells whether all who had it have closed it. */
  public boolean isClosed() {
    return sharers.get() == 0;
  }

  /** The last who has it stops the thread, which closes the encoder; waits two seconds at most. */
  @Override
  public void close() {
    if (sharers.updateAndGet(count -> Math.max(0, count - 1)) > 0) {
      return;
    }
    closed = true;
    var unused = asked.offer(Job.done()); // wakes the thread where it waits for a request
    try {
      thread.join(2_000);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }
}
