package dev.headwater.simulation.log;

import java.util.Random;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.Future;
import java.util.function.LongSupplier;
import org.apache.kafka.clients.producer.Callback;
import org.apache.kafka.clients.producer.MockProducer;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.clients.producer.RecordMetadata;
import org.apache.kafka.common.KafkaException;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.errors.ProducerFencedException;
import org.apache.kafka.common.errors.TimeoutException;
import org.apache.kafka.common.serialization.ByteArraySerializer;
import org.jspecify.annotations.Nullable;

/**
 * A producer that writes to a {@link Log}. One with a name is transactional: it fences those of its
 * name before it, its commits fail, or succeed and only the answer is lost. For one thread.
 */
public final class LogProducer extends MockProducer<byte[], byte[]> {
  private final Log log;
  private final LongSupplier clockMs;
  private final @Nullable String name;
  private final Random random;
  private int number;
  private double failing;
  private Log.@Nullable Transaction open;
  private boolean pending;

  /**
   * Creates one.
   *
   * @param name null for one without transactions
   */
  public LogProducer(Log log, LongSupplier clockMs, @Nullable String name, Random random) {
    super(true, null, new ByteArraySerializer(), new ByteArraySerializer());
    this.log = log;
    this.clockMs = clockMs;
    this.name = name;
    this.random = random;
  }

  /**
   * Sets the probability that a commit fails, or that a record outside of transactions is not sent.
   */
  public void failing(double probability) {
    failing = probability;
  }

  /** Tells whether the last commit succeeded and only the answer was lost. */
  public boolean hasCommittedUnheard() {
    return pending;
  }

  private String name() {
    if (name == null) {
      throw new IllegalStateException("not transactional");
    }
    return name;
  }

  @Override
  public void initTransactions() {
    number = log.fence(name());
  }

  @Override
  public void beginTransaction() {
    requireNothingPending();
    requireNotFenced();
    open = log.begin(name());
  }

  @Override
  public synchronized Future<RecordMetadata> send(ProducerRecord<byte[], byte[]> record) {
    return send(record, null);
  }

  @Override
  public synchronized Future<RecordMetadata> send(
      ProducerRecord<byte[], byte[]> record, @Nullable Callback callback) {
    if (name != null) {
      requireNotFenced();
    } else if (failing > 0 && random.nextDouble() < failing) {
      return unsent(callback);
    }
    TopicPartition at = log.append(record, clockMs.getAsLong(), open);
    RecordMetadata where = new RecordMetadata(at, log.next(at) - 1, 0, clockMs.getAsLong(), 0, 0);
    if (callback != null) {
      callback.onCompletion(where, null);
    }
    return CompletableFuture.completedFuture(where);
  }

  private static Future<RecordMetadata> unsent(@Nullable Callback callback) {
    TimeoutException failure = new TimeoutException("the log is away");
    if (callback != null) {
      callback.onCompletion(null, failure);
    }
    return CompletableFuture.failedFuture(failure);
  }

  @Override
  public void commitTransaction() {
    requireNotFenced();
    Log.Transaction transaction = open();
    if (pending) {
      throw new TimeoutException("still no answer");
    }
    if (random.nextDouble() < failing) {
      if (random.nextBoolean()) {
        throw new KafkaException("the log is away");
      }
      log.end(transaction, Log.State.COMMITTED);
      pending = true;
      throw new TimeoutException("the answer was lost");
    }
    log.end(transaction, Log.State.COMMITTED);
    open = null;
  }

  @Override
  public void abortTransaction() {
    requireNothingPending();
    requireNotFenced();
    log.end(open(), Log.State.ABORTED);
    open = null;
  }

  private Log.Transaction open() {
    Log.Transaction transaction = open;
    if (transaction == null) {
      throw new IllegalStateException("no transaction");
    }
    return transaction;
  }

  private void requireNothingPending() {
    if (pending) {
      throw new IllegalStateException("the commit must be asked for again, and nothing else");
    }
  }

  private void requireNotFenced() {
    if (log.isFenced(name(), number)) {
      throw new ProducerFencedException("a newer " + name + " has started");
    }
  }

  @Override
  public void flush() {
    // What was sent stands in the log already.
  }
}
