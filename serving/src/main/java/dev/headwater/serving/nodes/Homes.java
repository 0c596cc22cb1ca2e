package dev.headwater.serving.nodes;

import dev.headwater.serving.items.Slice;
import java.util.List;
import java.util.Set;

/** Which nodes a request is for: those that hold its user, or its item. Thread-safe. */
public final class Homes {
  private final int generation;
  private final Slice slice;
  private final Members members;
  private final NodeShards shards;

  /**
   * Creates it.
   *
   * @param generation of the division that this node belongs to
   * @param slice what it holds
   */
  public Homes(int generation, Slice slice, Members members, NodeShards shards) {
    this.generation = generation;
    this.slice = slice;
    this.members = members;
    this.shards = shards;
  }

  /**
   * Returns the nodes that a request is to be handed to, in the order in which they are to be
   * asked; empty: this node answers itself.
   */
  public List<Member> of(String domain, String id) {
    Division serving = members.serving();
    if (serving == null) {
      return List.of();
    }
    int shard = new Slice(serving.count(), 0).of(domain, id);
    boolean here = isOurs(serving) && shard == slice.shard();
    return here ? List.of() : shards.inTurn(serving.shards().get(shard));
  }

  /** Tells whether this node can gather what others hold: it has heard who they are. */
  public boolean hasListened() {
    return members.hasListened();
  }

  /** Tells whether another shard than this node's own holds a user or an item. */
  public boolean isElsewhere(String domain, String id) {
    Division serving = members.serving();
    return serving != null && !(isOurs(serving) && shard(domain, id) == slice.shard());
  }

  /** Returns the nodes to be asked for what any node of the division that serves can answer. */
  public List<Member> ofAnybody() {
    Division serving = members.serving();
    return serving == null || isOurs(serving)
        ? List.of()
        : shards.inTurn(serving.shards().stream().flatMap(List::stream).toList());
  }

  /** Returns which shard of the division that serves holds a user or an item. */
  public int shard(String domain, String id) {
    Division serving = members.serving();
    return new Slice(serving == null ? slice.shards() : serving.count(), 0).of(domain, id);
  }

  /** Returns who holds a shard of the division that serves, in the order of asking. */
  public List<Member> holders(int shard) {
    Division serving = members.serving();
    return serving == null || shard >= serving.count()
        ? List.of()
        : shards.inTurn(serving.shards().get(shard));
  }

  /** Tells whether these shards are no other than this node's own. */
  public boolean isHere(Set<Integer> held) {
    Division serving = members.serving();
    return serving == null || (isOurs(serving) && held.equals(Set.of(slice.shard())));
  }

  private boolean isOurs(Division serving) {
    return serving.generation() == generation && serving.count() == slice.shards();
  }
}
