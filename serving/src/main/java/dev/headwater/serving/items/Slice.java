package dev.headwater.serving.items;

import java.nio.charset.StandardCharsets;

/**
 * Which part of the items, and of the users, a node holds: one shard of so many. Who holds what
 * follows from the name alone, so that every node reckons it the same and nobody keeps a list.
 *
 * @param shards how many there are
 * @param shard which of them, from 0
 */
public record Slice(int shards, int shard) {
  /** The one shard that holds everything. */
  public static final Slice WHOLE = new Slice(1, 0);

  /** Most shards of one installation. */
  public static final int SHARDS_MAX = 1_024;

  /** Checks the numbers. */
  public Slice {
    if (shards < 1 || shards > SHARDS_MAX || shard < 0 || shard >= shards) {
      throw new IllegalArgumentException(
          "shard " + shard + " of " + shards + ": there are 1 to " + SHARDS_MAX + ", from 0 on");
    }
  }

  /** Tells whether there is one shard, which holds everything. */
  public boolean isWhole() {
    return shards == 1;
  }

  /** Tells whether an item or a user of a domain is held here. */
  public boolean holds(String domain, String id) {
    return shards == 1 || of(domain, id, shards) == shard;
  }

  /** Returns the shard that holds an item or a user. */
  public int of(String domain, String id) {
    return of(domain, id, shards);
  }

  private static int of(String domain, String id, int shards) {
    long hash = hashed(hashed(0xcbf29ce484222325L, domain) ^ '/', id); // FNV-1a, then mixed
    hash = (hash ^ (hash >>> 33)) * 0xff51afd7ed558ccdL;
    hash = (hash ^ (hash >>> 33)) * 0xc4ceb9fe1a85ec53L;
    return (int) Long.remainderUnsigned(hash ^ (hash >>> 33), shards);
  }

  private static long hashed(long start, String text) {
    long hash = start;
    for (byte each : text.getBytes(StandardCharsets.UTF_8)) {
      hash = (hash ^ (each & 0xff)) * 0x100000001b3L;
    }
    return hash;
  }
}
