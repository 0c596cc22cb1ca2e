package dev.headwater.serving;

import dev.headwater.events.kafka.KafkaSettings;
import dev.headwater.events.kafka.TopicFollower;
import dev.headwater.serving.config.ServingConfig;
import dev.headwater.serving.config.ShardSettings;
import dev.headwater.serving.http.Neighbours;
import dev.headwater.serving.http.NodeTransport;
import dev.headwater.serving.intake.TopicWriter;
import dev.headwater.serving.items.Slice;
import dev.headwater.serving.nodes.Beats;
import dev.headwater.serving.nodes.CallMetrics;
import dev.headwater.serving.nodes.Division;
import dev.headwater.serving.nodes.Homes;
import dev.headwater.serving.nodes.Member;
import dev.headwater.serving.nodes.Members;
import dev.headwater.serving.nodes.NodeShards;
import dev.headwater.serving.recommend.Pools;
import dev.headwater.serving.shard.ShardAnswers;
import dev.headwater.serving.shard.ShardedPools;
import java.net.InetAddress;
import java.net.URI;
import java.net.UnknownHostException;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import java.util.function.BooleanSupplier;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.jspecify.annotations.Nullable;

/** This node's place among the nodes of a divided serving, found through a topic. */
final class Divided implements AutoCloseable {
  /** A node that is silent for so many beats counts no more: three seconds. */
  private static final int SILENT_BEATS = 6;

  private final ServingConfig config;
  private final KafkaSettings kafka;
  private final String name;
  private final TopicWriter writer;
  private final Members members;
  private final NodeShards shards;
  private final Neighbours neighbours;
  private final Pools pools;
  private final TopicFollower follower;
  private @Nullable Beats beats;

  /**
   * Creates it.
   *
   * @param name of this start of this node
   */
  Divided(NodeSetting setting, NodeState state, TopicWriter writer, String name) {
    this.name = name;
    members = new Members(name, SILENT_BEATS);
    config = setting.config();
    kafka = setting.kafka();
    this.writer = writer;
    ShardSettings settings = config.settings().shards();
    Slice slice = settings.slice();
    ShardAnswers answers = new ShardAnswers(state.domains(), slice);
    CallMetrics metrics = new CallMetrics(setting.registry(), members);
    NodeTransport transport = new NodeTransport(settings.outgoing(), settings.timeout());
    shards =
        new NodeShards(
            new NodeShards.Self(settings.generation(), slice, answers),
            members,
            transport,
            (delayMs, task) ->
                CompletableFuture.delayedExecutor(delayMs, TimeUnit.MILLISECONDS).execute(task),
            settings.hedge().toMillis(),
            settings.timeout().toMillis(),
            metrics);
    pools = new ShardedPools(slice, shards, System::nanoTime);
    neighbours =
        new Neighbours(
            new Homes(settings.generation(), slice, members, shards),
            shards,
            transport,
            answers,
            metrics,
            Duration.ofMillis(config.limits().requestTimeoutMs()));
    follower =
        new TopicFollower(
            "serving-nodes",
            kafka,
            List.of(kafka.topics().servingNodes()),
            partition -> TopicFollower.END,
            new Handler());
  }

  /** Takes in what nodes say of themselves. */
  private final class Handler implements TopicFollower.Handler {
    @Override
    public void onRecord(ConsumerRecord<byte[], byte[]> record) {
      byte[] key = record.key();
      if (key == null) {
        return;
      }
      if (record.value() == null) {
        members.forget(new String(key, StandardCharsets.UTF_8));
        return;
      }
      try {
        members.hear(Member.parse(record.value()));
      } catch (IllegalArgumentException e) {
        return; // of another release, or nobody's
      }
    }
  }

  Pools pools() {
    return pools;
  }

  /** Opens when all shards have what this node would answer from. */
  ShardGate gate() {
    return new ShardGate(shards);
  }

  Neighbours neighbours() {
    return neighbours;
  }

  /** What this node waits for beside its own part, null for nothing. */
  @Nullable String lacking() {
    if (!members.hasListened()) {
      return "a few seconds in which the other nodes are heard";
    }
    Division serving = members.serving();
    return serving == null || !serving.isComplete() ? "nodes that hold the other shards" : null;
  }

  /** Is heard by the others from now on; they hand it nothing before it has heard them. */
  void start(int port, BooleanSupplier ready) {
    follower.start();
    ShardSettings settings = config.settings().shards();
    Member self =
        new Member(name, settings.generation(), settings.slice(), address(port), false, false, 0);
    Beats own =
        new Beats(
            self,
            () -> members.hasListened() && ready.getAsBoolean(),
            member -> {
              var unused = writer.append(kafka.topics().servingNodes(), name, member.bytes());
            });
    beats = own;
    own.start();
  }

  private URI address(int port) {
    URI configured = config.settings().shards().address();
    if (configured != null) {
      return configured;
    }
    String scheme = config.protection().tls() == null ? "http" : "https";
    return URI.create(scheme + "://" + host() + ":" + port);
  }

  private String host() {
    if (!config.host().equals("0.0.0.0")) {
      return config.host();
    }
    try {
      return InetAddress.getLocalHost().getHostName();
    } catch (UnknownHostException e) {
      return "127.0.0.1";
    }
  }

  /** The others go elsewhere from now on. */
  void leave() {
    Beats own = beats;
    if (own != null) {
      own.leave();
    }
  }

  @Override
  public void close() {
    Beats own = beats;
    if (own != null) {
      own.close();
    }
    follower.close();
  }
}
