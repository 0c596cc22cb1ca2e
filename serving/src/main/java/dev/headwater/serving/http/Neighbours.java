package dev.headwater.serving.http;

import dev.headwater.http.ApiException;
import dev.headwater.http.ApiRequest;
import dev.headwater.http.BetweenNodes;
import dev.headwater.serving.nodes.CallMetrics;
import dev.headwater.serving.nodes.Homes;
import dev.headwater.serving.nodes.NodeShards;
import dev.headwater.serving.shard.ShardAnswers;
import java.time.Duration;

/**
 * The other nodes of a divided serving, as this one's endpoints see them.
 *
 * @param homes which of them a request is for
 * @param shards asks them in turn
 * @param transport how they are reached
 * @param answers what this node says of its own part
 * @param metrics counts what is handed on
 * @param most how long a request that is handed on may take
 */
public record Neighbours(
    Homes homes,
    NodeShards shards,
    NodeTransport transport,
    ShardAnswers answers,
    CallMetrics metrics,
    Duration most) {
  /**
   * Tells whether another node handed a request on, which ends here.
   *
   * @throws ApiException where this node has just been started at the address of one that others
   *     still count on, and has not heard yet whom to ask for the rest: they ask a replica
   */
  boolean isHandedOn(ApiRequest request) {
    boolean handedOn = request.header(BetweenNodes.HANDED_ON) != null;
    if (handedOn && !homes.hasListened()) {
      throw ApiException.unavailable("not_ready", "this node has not heard the others yet");
    }
    return handedOn;
  }
}
