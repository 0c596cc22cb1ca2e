package dev.headwater.serving.http;

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
    Duration most) {}
