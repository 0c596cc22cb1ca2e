package dev.headwater.serving.config;

import dev.headwater.access.Outgoing;
import dev.headwater.serving.items.Slice;
import java.net.URI;
import java.nio.file.Path;
import java.time.Duration;
import org.jspecify.annotations.Nullable;

/**
 * Section {@code serving.shards}: which part of the catalog and of the users this node holds.
 *
 * @param count how many parts there are
 * @param shard which of them, from 0
 * @param generation of the division, from 1
 * @param address where other nodes ask this one; null: this machine's name
 * @param keyFile the key that it shows them
 * @param authorities whose certificates it trusts
 * @param hedge how long a replica may take before another is asked as well
 * @param timeout how long a shard may take
 */
public record ShardSettings(
    int count,
    int shard,
    int generation,
    @Nullable URI address,
    @Nullable Path keyFile,
    @Nullable Path authorities,
    Duration hedge,
    Duration timeout) {
  /** Checks the numbers. */
  public ShardSettings {
    if (count < 1 || count > Slice.SHARDS_MAX) {
      throw new IllegalArgumentException(
          "serving.shards.count is 1 to " + Slice.SHARDS_MAX + ", not " + count);
    }
    if (shard < 0 || generation < 1) {
      throw new IllegalArgumentException(
          "serving.shards.shard is 0 or more, serving.shards.generation 1 or more");
    }
  }

  /**
   * Returns what this node holds.
   *
   * @throws IllegalArgumentException when there is no such shard among so many
   */
  public Slice slice() {
    return new Slice(count, shard);
  }

  /** Returns what this node shows to the others. */
  public Outgoing outgoing() {
    return Outgoing.of(authorities, keyFile);
  }
}
