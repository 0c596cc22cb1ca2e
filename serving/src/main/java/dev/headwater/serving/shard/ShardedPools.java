package dev.headwater.serving.shard;

import dev.headwater.serving.items.Slice;
import dev.headwater.serving.recommend.Ask;
import dev.headwater.serving.recommend.Asked;
import dev.headwater.serving.recommend.Gatherer;
import dev.headwater.serving.recommend.Pools;
import dev.headwater.serving.shard.wire.TableName;
import dev.headwater.serving.state.Domain;
import dev.headwater.serving.state.View;
import java.util.function.LongSupplier;

/** Gathers from all shards what answers are made from. Thread-safe. */
public final class ShardedPools implements Pools {
  private static final long FRESH_NS = 500_000_000;

  private final Slice slice;
  private final Shards shards;
  private final LongSupplier nanos;
  private final Vectors vectors = new Vectors(FRESH_NS);

  /**
   * Creates it.
   *
   * @param slice what this node holds
   * @param nanos what {@link System#nanoTime} would say
   */
  public ShardedPools(Slice slice, Shards shards, LongSupplier nanos) {
    this.slice = slice;
    this.shards = shards;
    this.nanos = nanos;
  }

  @Override
  public boolean holds(Domain domain, String user) {
    return slice.holds(domain.name(), user);
  }

  @Override
  public boolean takesStrangers() {
    return true;
  }

  @Override
  public Gatherer begin(Domain domain, View view, Asked history, Ask.Kind kind) {
    TableName table = name(domain, view);
    return new Gathering(
        new Gathering.Question(shards.begin(), domain, view, table),
        new Vectors.OfTable(vectors, table, nanos),
        history,
        kind);
  }

  /** Names the table of a view as every node knows it. */
  static TableName name(Domain domain, View view) {
    return TableName.newBuilder()
        .setDomain(domain.name())
        .setModel(view.model())
        .setPinned(domain.pinnedVersion(view.table()))
        .build();
  }
}
