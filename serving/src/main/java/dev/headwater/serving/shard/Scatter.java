package dev.headwater.serving.shard;

import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.function.IntFunction;
import org.jspecify.annotations.Nullable;

/** Asks all shards at the same time. */
final class Scatter {
  private Scatter() {}

  /**
   * Asks each shard.
   *
   * @param ask of a shard; null where nothing is asked of it
   * @return the answers by shard, null where nothing was asked or nobody answered
   */
  static <T> CompletableFuture<List<@Nullable T>> over(
      int shards, IntFunction<@Nullable CompletableFuture<@Nullable T>> ask) {
    List<@Nullable CompletableFuture<@Nullable T>> asked = new ArrayList<>(shards);
    for (int shard = 0; shard < shards; shard++) {
      asked.add(ask.apply(shard));
    }
    CompletableFuture<?>[] all =
        asked.stream().filter(each -> each != null).toArray(CompletableFuture[]::new);
    return CompletableFuture.allOf(all)
        .thenApply(
            done -> {
              List<@Nullable T> answers = new ArrayList<>(shards);
              for (CompletableFuture<@Nullable T> each : asked) {
                answers.add(each == null ? null : each.join());
              }
              return answers;
            });
  }
}
