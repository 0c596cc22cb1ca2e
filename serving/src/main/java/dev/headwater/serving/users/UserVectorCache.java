package dev.headwater.serving.users;

import dev.headwater.serving.items.ItemIds;
import dev.headwater.serving.items.ItemRows;
import io.micrometer.core.instrument.Counter;
import io.micrometer.core.instrument.MeterRegistry;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import org.jspecify.annotations.Nullable;

/**
 * Keeps user vectors up to date for one view. A vector is kept while the rows of its history stay
 * where they were; when they have moved a little it is served once more and made again in the
 * background; when they have moved far, or there is none, the request waits for a new one.
 * Thread-safe.
 *
 * <p>"A little" is a tenth of a row's length, on average over the history: the vector then differs
 * by about as much, which changes the order of few items. "Far" is three tenths.
 *
 * <p>Items without a row have no say, unless something stands in for them. A request waits for that
 * only when the history has nothing else; otherwise it is made in the background and used from then
 * on.
 */
public final class UserVectorCache {
  private static final double A_LITTLE = 0.1;
  private static final double FAR = 0.3;

  private final long viewId;
  private final ItemIds ids;
  private final ItemRows vectors;
  private final BatchingEncoder encoder;
  private final @Nullable StandIns standIns;
  private final Counter made;
  private final Counter madeInBackground;
  private final Counter kept;
  private final Counter stoodIn;

  /**
   * Creates one.
   *
   * @param viewId the view that vectors are good for
   * @param ids what the codes of histories mean
   * @param vectors the view's rows
   * @param encoder the view's encoder
   * @param standIns what stands in for rows that are missing; null: nothing does
   * @param registry counts vectors by where they came from
   */
  public UserVectorCache(
      long viewId,
      ItemIds ids,
      ItemRows vectors,
      BatchingEncoder encoder,
      @Nullable StandIns standIns,
      MeterRegistry registry) {
    this.viewId = viewId;
    this.ids = ids;
    this.vectors = vectors;
    this.encoder = encoder;
    this.standIns = standIns;
    made = registry.counter("headwater.serving.user.vectors", "from", "encoder");
    madeInBackground = registry.counter("headwater.serving.user.vectors", "from", "background");
    kept = registry.counter("headwater.serving.user.vectors", "from", "cache");
    stoodIn = registry.counter("headwater.serving.stand.ins.used");
  }

  /** Returns the encoder behind it. */
  public BatchingEncoder encoder() {
    return encoder;
  }

  /** Returns the vector of a user, {@link UserVector#NONE} when nothing speaks for them. */
  public CompletableFuture<UserVector> vector(UserState state) {
    return vector(state, vectors);
  }

  /** The same from rows that were gathered for this request. */
  public CompletableFuture<UserVector> vector(UserState state, ItemRows source) {
    int[] codes = ids.resolved(state.codes());
    RowsTravelled now = travelled(source, codes);
    UserVector known = state.vector();
    if (known != null && known.isOf(viewId) && !isNewsOfMissing(source, codes, now, known)) {
      double moved = now.since(known.from());
      if (moved < FAR) {
        kept.increment();
        if (moved > A_LITTLE) {
          makeBehind(state, source);
        }
        return CompletableFuture.completedFuture(known);
      }
    }
    return made(source, codes, now)
        .thenApply(
            vector -> {
              if (!vector.isNone()) {
                state.vector(vector);
                made.increment();
              }
              return vector;
            });
  }

  /** Encodes a history that belongs to no known user. */
  public CompletableFuture<UserVector> vector(int[] codes) {
    return vector(codes, vectors);
  }

  /** The same from rows that were gathered for this request. */
  public CompletableFuture<UserVector> vector(int[] codes, ItemRows source) {
    return made(source, codes, travelled(source, codes));
  }

  /** Returns the row that stands in for an item which has none; null when there is none. */
  public CompletableFuture<float @Nullable []> standIn(int code) {
    if (standIns == null) {
      return CompletableFuture.completedFuture(null);
    }
    return standIns
        .make(List.of(code))
        .thenApply(
            done -> {
              float[] row = standIns.ready(code);
              return row == null ? null : row.clone();
            });
  }

  private CompletableFuture<UserVector> made(ItemRows source, int[] codes, RowsTravelled now) {
    HistoryRows rows = rows(source, codes);
    if (standIns != null && !rows.missing().isEmpty() && standIns.areWanted(rows.missing())) {
      CompletableFuture<Void> ready = standIns.make(rows.missing());
      if (rows.isEmpty()) {
        return ready.thenCompose(done -> encoded(rows(source, codes), now));
      }
    }
    return encoded(rows, now);
  }

  private CompletableFuture<UserVector> encoded(HistoryRows rows, RowsTravelled now) {
    if (rows.isEmpty()) {
      return CompletableFuture.completedFuture(UserVector.NONE);
    }
    stoodIn.increment(rows.standIns());
    return encoder
        .encode(rows.rows())
        .thenApply(values -> new UserVector(viewId, now, rows.standIns(), values));
  }

  /** Tells whether more, or less, stands in for missing rows than when the vector was made. */
  private boolean isNewsOfMissing(
      ItemRows source, int[] codes, RowsTravelled now, UserVector known) {
    boolean whole = now.rows() == Math.min(codes.length, encoder.maxLength());
    return standIns != null && !whole && rows(source, codes).standIns() != known.standIns();
  }

  /** Makes the vector of a user when the encoder has nothing better to do. */
  public void makeBehind(UserState state) {
    makeBehind(state, vectors);
  }

  private void makeBehind(UserState state, ItemRows source) {
    if (!state.isWaiting()) {
      state.waiting(true);
      if (!encoder.encodeBehind(() -> job(state, source))) {
        state.waiting(false);
      }
    }
  }

  private BatchingEncoder.@Nullable Job job(UserState state, ItemRows source) {
    state.waiting(false);
    int[] codes = ids.resolved(state.codes());
    UserVector known = state.vector();
    RowsTravelled now = travelled(source, codes);
    boolean fresh = known != null && known.isOf(viewId) && now.since(known.from()) <= A_LITTLE;
    if (fresh || state.isReplaced()) {
      return null;
    }
    HistoryRows rows = rows(source, codes);
    if (rows.isEmpty()) {
      return null;
    }
    CompletableFuture<float[]> vector = new CompletableFuture<>();
    var unused =
        vector.thenAccept(
            values -> {
              state.vector(new UserVector(viewId, now, rows.standIns(), values));
              madeInBackground.increment();
            });
    return new BatchingEncoder.Job(rows.rows(), vector);
  }

  private RowsTravelled travelled(ItemRows rows, int[] codes) {
    return RowsTravelled.of(rows, codes, encoder.maxLength());
  }

  private HistoryRows rows(ItemRows rows, int[] codes) {
    return HistoryRows.of(rows, standIns, codes, encoder.maxLength());
  }
}
