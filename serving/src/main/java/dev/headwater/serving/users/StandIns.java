package dev.headwater.serving.users;

import java.util.ArrayList;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.Executor;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.function.IntFunction;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Rows that stand in for items of a history that have none: made from the item's text, as the
 * cold-start job would make them. They are used while a row is missing only, never ranked, and an
 * item without a usable text has none: nothing is ever taken for a zero vector. Thread-safe.
 */
public final class StandIns {
  private static final Logger LOG = LoggerFactory.getLogger(StandIns.class);
  private static final int KEPT_MAX = 10_000;
  private static final int TEXTS_MAX = 64;
  private static final long WAIT_MS_MAX = 500;

  private final TextRows maker;
  private final IntFunction<@Nullable String> texts;
  private final Executor executor;
  private final Map<Integer, Made> made = new LinkedHashMap<>();
  private final Set<Integer> asked = new HashSet<>();

  /** A row and the text that it was made from; the row is empty when nothing matched. */
  @SuppressWarnings("ArrayRecordComponent") // compared by nobody
  private record Made(String text, float[] row) {}

  /**
   * Creates one.
   *
   * @param maker makes rows from texts
   * @param texts the text of an item; null when it has none that says anything
   * @param executor where rows are made, away from the requests
   */
  public StandIns(TextRows maker, IntFunction<@Nullable String> texts, Executor executor) {
    this.maker = maker;
    this.texts = texts;
    this.executor = executor;
  }

  /** Returns the row that stands in for an item, not to be changed; null while there is none. */
  float @Nullable [] ready(int code) {
    String text = texts.apply(code);
    Made found = text == null ? null : made(code);
    return found == null || found.row().length == 0 || !found.text().equals(text)
        ? null
        : found.row();
  }

  private synchronized @Nullable Made made(int code) {
    return made.get(code);
  }

  /** Tells whether a row for the item can be made and was not yet. */
  private boolean isWanted(int code) {
    String text = texts.apply(code);
    Made found = text == null ? null : made(code);
    return text != null && (found == null || !found.text().equals(text));
  }

  /** Tells whether rows for some of these items can be made and were not yet. */
  boolean areWanted(List<Integer> codes) {
    return codes.stream().anyMatch(this::isWanted);
  }

  /**
   * Makes rows for those of the items that can have one, as far as they are not in work already.
   *
   * @return complete when they are ready, or when that took too long
   */
  CompletableFuture<Void> make(List<Integer> codes) {
    List<Integer> wanted = begin(codes);
    if (wanted.isEmpty()) {
      return CompletableFuture.completedFuture(null);
    }
    try {
      // A copy: work whose own future is complete before its turn is never begun.
      return CompletableFuture.runAsync(() -> finish(wanted), executor)
          .copy()
          .completeOnTimeout(null, WAIT_MS_MAX, TimeUnit.MILLISECONDS);
    } catch (RejectedExecutionException e) {
      forget(wanted);
      return CompletableFuture.completedFuture(null);
    }
  }

  private synchronized List<Integer> begin(List<Integer> codes) {
    List<Integer> wanted = new ArrayList<>();
    for (int code : codes) {
      if (wanted.size() < TEXTS_MAX && isWanted(code) && asked.add(code)) {
        wanted.add(code);
      }
    }
    return wanted;
  }

  private void finish(List<Integer> codes) {
    try {
      List<Integer> known = new ArrayList<>();
      List<String> words = new ArrayList<>();
      for (int code : codes) {
        String text = texts.apply(code);
        if (text != null) {
          known.add(code);
          words.add(text);
        }
      }
      float[][] rows = maker.rows(words);
      for (int i = 0; i < rows.length; i++) {
        keep(known.get(i), new Made(words.get(i), rows[i]));
      }
    } catch (RuntimeException e) {
      LOG.warn("no rows could be made from texts: {}", e.toString());
    } finally {
      forget(codes);
    }
  }

  private synchronized void keep(int code, Made row) {
    made.put(code, row);
    if (made.size() > KEPT_MAX) {
      made.remove(made.keySet().iterator().next());
    }
  }

  private synchronized void forget(List<Integer> codes) {
    asked.removeAll(codes);
  }
}
