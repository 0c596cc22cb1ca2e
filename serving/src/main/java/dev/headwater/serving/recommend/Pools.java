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
        public Gatherer begin(Domain domain, View view, Asked history, Ask.Kind kind) {
          return new OwnTable(domain, view);
        }
      };

  /** Tells whether this node is one of those that hold a user. */
  default boolean holds(Domain domain, String user) {
    return true;
  }

  /** Tells whether items may be known that this node has no code for. */
  boolean takesStrangers();

  /**
   * Begins an answer.
   *
   * @param history oldest first
   * @param kind who will choose, as far as it is known before the history is encoded
   */
  Gatherer begin(Domain domain, View view, Asked history, Ask.Kind kind);

  /** The table of a node that holds all items. */
  record OwnTable(Domain domain, View view) implements Gatherer {
    @Override
    public CompletableFuture<ItemRows> rows() {
      return CompletableFuture.completedFuture(view.table().vectors());
    }

    @Override
    public CompletableFuture<Pool> gather(Ask ask) {
      return CompletableFuture.completedFuture(
          new TablePool(domain, view.table(), view.logitScale(), ask));
    }
  }
}
