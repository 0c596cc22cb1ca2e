package dev.headwater.serving.nodes;

import com.google.protobuf.InvalidProtocolBufferException;
import dev.headwater.events.wire.ServingNode;
import dev.headwater.serving.items.Slice;
import java.net.URI;

/**
 * A node as it says of itself.
 *
 * @param node its name, another one with each start
 * @param generation of the division that it belongs to
 * @param slice what it holds
 * @param address where other nodes ask it
 * @param ready whether it has what it needs to answer for its part
 * @param leaving whether it is about to end
 * @param beat grows with every record of the node
 */
public record Member(
    String node,
    int generation,
    Slice slice,
    URI address,
    boolean ready,
    boolean leaving,
    long beat) {

  /**
   * Reads a record's value.
   *
   * @throws IllegalArgumentException when it is none
   */
  public static Member parse(byte[] value) {
    try {
      ServingNode node = ServingNode.parseFrom(value);
      return new Member(
          node.getNode(),
          node.getGeneration(),
          new Slice(node.getShards(), node.getShard()),
          URI.create(node.getAddress()),
          node.getReady(),
          node.getLeaving(),
          node.getBeat());
    } catch (InvalidProtocolBufferException e) {
      throw new IllegalArgumentException("not a node's record: " + e.getMessage(), e);
    }
  }

  /** Returns the record's value. */
  public byte[] bytes() {
    return ServingNode.newBuilder()
        .setNode(node)
        .setGeneration(generation)
        .setShards(slice.shards())
        .setShard(slice.shard())
        .setAddress(address.toString())
        .setReady(ready)
        .setLeaving(leaving)
        .setBeat(beat)
        .build()
        .toByteArray();
  }

  /** Returns the same at another beat. */
  Member at(long nextBeat, boolean isReady, boolean isLeaving) {
    return new Member(node, generation, slice, address, isReady, isLeaving, nextBeat);
  }
}
