package dev.headwater.serving.shard;

import dev.headwater.serving.shard.wire.FindRequest;
import dev.headwater.serving.shard.wire.Found;
import dev.headwater.serving.shard.wire.Known;
import dev.headwater.serving.shard.wire.KnownRequest;
import java.util.concurrent.CompletableFuture;
import org.jspecify.annotations.Nullable;

/** All shards of an installation, whichever nodes hold them. Thread-safe. */
public interface Shards {
  /** Begins to gather: what is asked of one round is asked of one division of the items. */
  Round begin();

  /** The shards as they are divided while something is gathered. */
  interface Round {
    /** Returns how many there are. */
    int count();

    /**
     * Asks one for what it knows of items.
     *
     * @return null where none of its replicas answers
     */
    CompletableFuture<@Nullable Known> known(int shard, KnownRequest request);

    /**
     * Has one find what may be answered.
     *
     * @return null where none of its replicas answers
     */
    CompletableFuture<@Nullable Found> find(int shard, FindRequest request);
  }
}
