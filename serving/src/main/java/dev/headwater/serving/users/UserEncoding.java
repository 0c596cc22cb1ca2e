package dev.headwater.serving.users;

import dev.headwater.serving.items.VectorTable;
import io.micrometer.core.instrument.Counter;
import io.micrometer.core.instrument.MeterRegistry;
import java.util.Arrays;
import java.util.concurrent.CompletableFuture;
import org.jspecify.annotations.Nullable;

/**
 * Keeps user vectors up to date for one view. A vector is kept while the rows of its history stay
 * where they were; when they have moved a little it is served once more and made again behind; when
 * they have moved far, or there is none, the request waits for a new one. Thread-safe.
 *
 * <p>"A little" is a tenth of a row's length, on average over the history: the vector then differs
 * by about as much, which changes the order of few items. "Far" is three tenths.
 */
public final class UserEncoding {
  private static final double A_LITTLE = 0.1;
  private static final double FAR = 0.3;

  private final long viewId;
  private final VectorTable vectors;
  private final UserVectors encoder;
  private final Counter made;
  private final Counter madeBehind;
  private final Counter kept;

  /**
   * Creates one.
   *
   * @param viewId the view that vectors are good for
   * @param vectors the view's rows
   * @param encoder the view's encoder
   * @param registry counts vectors by where they came from
   */
  public UserEncoding(
      long viewId, VectorTable vectors, UserVectors encoder, MeterRegistry registry) {
    this.viewId = viewId;
    this.vectors = vectors;
    this.encoder = encoder;
    made = registry.counter("headwater.serving.user.vectors", "from", "encoder");
    madeBehind = registry.counter("headwater.serving.user.vectors", "from", "behind");
    kept = registry.counter("headwater.serving.user.vectors", "from", "cache");
  }

  /** Returns the encoder behind it. */
  public UserVectors encoder() {
    return encoder;
  }

  /** Returns the vector of a user; null when no item of the history has a row. */
  public @Nullable CompletableFuture<float[]> vector(UserState state) {
    RowsTravelled now = travelled(state);
    UserVector known = state.vector();
    if (known != null && known.isOf(viewId)) {
      double moved = now.since(known.from());
      if (moved < FAR) {
        kept.increment();
        if (moved > A_LITTLE) {
          makeBehind(state);
        }
        return CompletableFuture.completedFuture(known.values());
      }
    }
    float[][] rows = rows(state.codes());
    if (rows.length == 0) {
      return null;
    }
    return encoder
        .encode(rows)
        .thenApply(
            values -> {
              state.vector(new UserVector(viewId, now, values));
              made.increment();
              return values;
            });
  }

  /** Encodes a history that belongs to no known user; null when none of its items has a row. */
  public @Nullable CompletableFuture<float[]> vector(int[] codes) {
    float[][] rows = rows(codes);
    return rows.length == 0 ? null : encoder.encode(rows);
  }

  /** Makes the vector of a user when the encoder has nothing better to do. */
  public void makeBehind(UserState state) {
    if (!state.isWaiting()) {
      state.waiting(true);
      if (!encoder.encodeBehind(() -> job(state))) {
        state.waiting(false);
      }
    }
  }

  private UserVectors.@Nullable Job job(UserState state) {
    state.waiting(false);
    UserVector known = state.vector();
    RowsTravelled now = travelled(state);
    boolean fresh = known != null && known.isOf(viewId) && now.since(known.from()) <= A_LITTLE;
    float[][] rows = fresh || state.isReplaced() ? new float[0][] : rows(state.codes());
    if (rows.length == 0) {
      return null;
    }
    CompletableFuture<float[]> vector = new CompletableFuture<>();
    var unused =
        vector.thenAccept(
            values -> {
              state.vector(new UserVector(viewId, now, values));
              madeBehind.increment();
            });
    return new UserVectors.Job(rows, vector);
  }

  private RowsTravelled travelled(UserState state) {
    return RowsTravelled.of(vectors, state.codes(), encoder.maxLength());
  }

  /** Returns the rows of the last items that have one, oldest first. */
  private float[][] rows(int[] codes) {
    int want = Math.min(codes.length, encoder.maxLength());
    float[][] rows = new float[want][];
    int from = want;
    float[] row = new float[vectors.dim()];
    for (int i = codes.length - 1; i >= 0 && from > 0; i--) {
      if (vectors.readItem(codes[i], row)) {
        rows[--from] = row;
        row = new float[vectors.dim()];
      }
    }
    return from == 0 ? rows : Arrays.copyOfRange(rows, from, want);
  }
}
