package dev.headwater.serving.recommend;

import dev.headwater.serving.items.ItemRows;
import dev.headwater.serving.state.Domain;
import dev.headwater.serving.state.View;
import java.util.concurrent.CompletableFuture;

/** Where what answers are made from comes from. Thread-safe. */
public interface Pools {
  /** A node that holds all items: its own table is the pool. */
  Pools OWN =
      new Pools() {
        @Override
        public boolean takesStrangers() {
          return false;
        }

        @Override
        public CompletableFuture<ItemRows> rows(Domain domain, View view, Asked history) {
          return CompletableFuture.completedFuture(view.table().vectors());
        }

        @Override
        public CompletableFuture<Pool> gather(Domain domain, View view, Ask ask) {
          return CompletableFuture.completedFuture(
              new TablePool(domain, view.table(), view.logitScale(), ask));
        }
      };

  /** Tells whether this node is one of those that hold a user. */
  default boolean holds(Domain domain, String user) {
    return true;
  }

  /** Tells whether items may be known that this node has no code for. */
  boolean takesStrangers();

  /** Gathers the vectors that a history is encoded from. */
  CompletableFuture<ItemRows> rows(Domain domain, View view, Asked history);

  /** Gathers what one answer is chosen from. */
  CompletableFuture<Pool> gather(Domain domain, View view, Ask ask);
}
