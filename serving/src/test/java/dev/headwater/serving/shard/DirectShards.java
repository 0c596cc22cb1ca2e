package dev.headwater.serving.shard;

import com.google.protobuf.InvalidProtocolBufferException;
import com.google.protobuf.MessageLite;
import com.google.protobuf.Parser;
import dev.headwater.serving.shard.wire.FindRequest;
import dev.headwater.serving.shard.wire.Found;
import dev.headwater.serving.shard.wire.Known;
import dev.headwater.serving.shard.wire.KnownRequest;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import org.jspecify.annotations.Nullable;

/** Shards in this process; what they say goes over the wire's bytes all the same. */
final class DirectShards implements Shards, Shards.Round {
  private final List<ShardAnswers> shards;
  private final Set<Integer> dead = new HashSet<>();
  private final Set<Integer> silent = new HashSet<>();

  DirectShards(List<ShardNode> nodes) {
    shards = nodes.stream().map(ShardNode::answers).toList();
  }

  void kill(int shard) {
    dead.add(shard);
  }

  /** The next question to a shard is not answered. */
  void silentOnce(int shard) {
    silent.add(shard);
  }

  @Override
  public Round begin() {
    return this;
  }

  @Override
  public int count() {
    return shards.size();
  }

  @Override
  public CompletableFuture<@Nullable Known> known(int shard, KnownRequest request) {
    return CompletableFuture.completedFuture(
        dead.contains(shard) || silent.remove(shard)
            ? null
            : sent(Known.parser(), shards.get(shard).known(sent(KnownRequest.parser(), request))));
  }

  @Override
  public CompletableFuture<@Nullable Found> find(int shard, FindRequest request) {
    return CompletableFuture.completedFuture(
        dead.contains(shard)
            ? null
            : sent(Found.parser(), shards.get(shard).find(sent(FindRequest.parser(), request))));
  }

  private static <T extends MessageLite> T sent(Parser<T> parser, T message) {
    try {
      return parser.parseFrom(message.toByteArray());
    } catch (InvalidProtocolBufferException e) {
      throw new AssertionError(e);
    }
  }
}
