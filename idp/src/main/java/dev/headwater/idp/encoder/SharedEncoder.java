package dev.headwater.idp.encoder;

import ai.djl.ndarray.NDArray;
import dev.headwater.idp.tensor.Parameters;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/**
 * One encoder for all that ask for it: it is made when the first borrows it and closed when the
 * last has given it back by {@link #close}. Nobody may train it. Safe for many threads.
 */
public final class SharedEncoder implements SequenceEncoder {
  private final Supplier<SequenceEncoder> maker;
  private @Nullable SequenceEncoder encoder;
  private int borrowers;
  private boolean closed;

  /** Makes it by what the supplier gives, when the first asks. */
  public SharedEncoder(Supplier<SequenceEncoder> maker) {
    this.maker = maker;
  }

  /** Borrows it once more. */
  public synchronized SequenceEncoder lend() {
    if (encoder == null) {
      encoder = maker.get();
      closed = false;
    }
    borrowers++;
    return this;
  }

  /** Tells whether the last borrower has given it back. */
  public synchronized boolean isClosed() {
    return closed;
  }

  private synchronized SequenceEncoder lent() {
    SequenceEncoder now = encoder;
    if (now == null) {
      throw new IllegalStateException("the encoder was given back");
    }
    return now;
  }

  @Override
  public String kind() {
    return lent().kind();
  }

  @Override
  public int dim() {
    return lent().dim();
  }

  @Override
  public int maxLength() {
    return lent().maxLength();
  }

  @Override
  public boolean guessesHidden() {
    return lent().guessesHidden();
  }

  @Override
  public Parameters parameters() {
    return lent().parameters();
  }

  @Override
  public NDArray hidden(SequenceBatch batch, Dropout dropout) {
    return lent().hidden(batch, dropout);
  }

  @Override
  public NDArray users(SequenceBatch batch) {
    return lent().users(batch);
  }

  @Override
  public synchronized void close() {
    SequenceEncoder now = encoder;
    if (--borrowers == 0 && now != null) {
      now.close();
      encoder = null;
      closed = true;
    }
  }
}
