package dev.headwater.serving.users;

import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.ArrayBlockingQueue;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;

/**
 * Encodes histories one batch after the other on a thread of its own: what arrives while a batch is
 * in work makes up the next one, so a quiet node adds no waiting and a busy one large batches.
 */
public final class UserVectors implements AutoCloseable {
  private final HistoryEncoder encoder;
  private final int batchMax;
  private final long waitMsMax;
  private final BlockingQueue<Job> queue;
  private final Thread thread;
  private volatile boolean closed;

  private static final class Job {
    private final float[][] history;
    private final CompletableFuture<float[]> result = new CompletableFuture<>();

    Job(float[][] history) {
      this.history = history;
    }

    float[][] history() {
      return history;
    }

    CompletableFuture<float[]> result() {
      return result;
    }
  }

  /** Too many histories wait already, or the encoder did not answer in time. */
  public static final class EncoderBusyException extends RuntimeException {
    private static final long serialVersionUID = 1L;

    EncoderBusyException(String message) {
      super(message);
    }
  }

  /**
   * Starts the thread.
   *
   * @param encoder closed with this
   * @param batchMax histories a batch
   * @param queueMax histories that may wait
   * @param waitMsMax how long one may wait for its vector
   */
  public UserVectors(HistoryEncoder encoder, int batchMax, int queueMax, long waitMsMax) {
    this.encoder = encoder;
    this.batchMax = batchMax;
    this.waitMsMax = waitMsMax;
    this.queue = new ArrayBlockingQueue<>(queueMax);
    thread = new Thread(this::run, "serving-encode");
    thread.setDaemon(true);
    thread.start();
  }

  /** Returns how many rows of a history count, the last ones. */
  public int maxLength() {
    return encoder.maxLength();
  }

  /**
   * Encodes one history, together with others that wait.
   *
   * @param history {@code [n][dim]}, oldest first
   * @throws EncoderBusyException when too many wait
   */
  public float[] encode(float[][] history) {
    Job job = new Job(history);
    if (closed || !queue.offer(job)) {
      throw new EncoderBusyException("too many histories wait to be encoded");
    }
    try {
      return job.result().get(waitMsMax, TimeUnit.MILLISECONDS);
    } catch (ExecutionException e) {
      throw new IllegalStateException("encoding failed", e.getCause());
    } catch (TimeoutException e) {
      job.result().cancel(false);
      throw new EncoderBusyException("no user vector within " + waitMsMax + " ms");
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new EncoderBusyException("interrupted");
    }
  }

  private void run() {
    List<Job> batch = new ArrayList<>();
    while (!closed) {
      try {
        Job first = queue.poll(100, TimeUnit.MILLISECONDS);
        if (first != null) {
          batch.add(first);
          queue.drainTo(batch, batchMax - 1);
          batch.removeIf(job -> job.result().isDone());
          encode(batch);
          batch.clear();
        }
      } catch (InterruptedException e) {
        closed = true;
      }
    }
    queue.forEach(job -> job.result().completeExceptionally(new InterruptedException("closed")));
    encoder.close();
  }

  private void encode(List<Job> batch) {
    if (batch.isEmpty()) {
      return;
    }
    try {
      float[][] vectors = encoder.encode(batch.stream().map(Job::history).toList());
      for (int i = 0; i < vectors.length; i++) {
        batch.get(i).result().complete(vectors[i]);
      }
    } catch (RuntimeException e) {
      batch.forEach(job -> job.result().completeExceptionally(e));
    }
  }

  /** Stops the thread, which closes the encoder; waits two seconds at most. */
  @Override
  public void close() {
    closed = true;
    try {
      thread.join(2_000);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }
}
