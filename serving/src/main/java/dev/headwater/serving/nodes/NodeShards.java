package dev.headwater.serving.nodes;

import com.google.protobuf.InvalidProtocolBufferException;
import com.google.protobuf.MessageLite;
import com.google.protobuf.Parser;
import dev.headwater.serving.items.Slice;
import dev.headwater.serving.shard.NotHereException;
import dev.headwater.serving.shard.ShardAnswers;
import dev.headwater.serving.shard.Shards;
import dev.headwater.serving.shard.wire.FindRequest;
import dev.headwater.serving.shard.wire.Found;
import dev.headwater.serving.shard.wire.Known;
import dev.headwater.serving.shard.wire.KnownRequest;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.Function;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/**
 * The shards as other nodes hold them; this node's own part is asked directly. Replicas take turns,
 * those that failed last. Thread-safe.
 */
public final class NodeShards implements Shards {
  private final Self self;
  private final Members members;
  private final Transport transport;
  private final Timer timer;
  private final ReplicaCall.Patience patience;
  private final CallMetrics metrics;
  private final AtomicInteger turn = new AtomicInteger();

  /**
   * This node.
   *
   * @param generation of the division that it belongs to
   * @param slice what it holds
   * @param answers of its own part
   */
  public record Self(int generation, Slice slice, ShardAnswers answers) {}

  /**
   * Creates it.
   *
   * @param hedgeMs how long a replica may take before another is asked as well
   * @param mostMs how long a shard may take
   */
  public NodeShards(
      Self self,
      Members members,
      Transport transport,
      Timer timer,
      long hedgeMs,
      long mostMs,
      CallMetrics metrics) {
    this.self = self;
    this.members = members;
    this.transport = transport;
    this.timer = timer;
    this.metrics = metrics;
    patience = new ReplicaCall.Patience(hedgeMs, mostMs);
  }

  @Override
  public Round begin() {
    Division own = members.of(self.generation());
    return new OfDivision(
        own == null ? Division.of(self.generation(), self.slice().shards(), List.of()) : own);
  }

  /** The division of this node: it takes part in no other. */
  private final class OfDivision implements Round {
    private final Division division;

    OfDivision(Division division) {
      this.division = division;
    }

    @Override
    public int count() {
      return division.count();
    }

    @Override
    public CompletableFuture<@Nullable Known> known(int shard, KnownRequest request) {
      return own(shard, () -> self.answers().known(request))
          .orElseGet(() -> asked(shard, Transport.Kind.KNOWN, request, Known.parser()));
    }

    @Override
    public CompletableFuture<@Nullable Found> find(int shard, FindRequest request) {
      return own(shard, () -> self.answers().find(request))
          .orElseGet(() -> asked(shard, Transport.Kind.FIND, request, Found.parser()));
    }

    /** What this node holds itself, empty where that is not what is asked for. */
    private <T> Optional<CompletableFuture<@Nullable T>> own(int shard, Supplier<T> answer) {
      if (shard != self.slice().shard() || division.count() != self.slice().shards()) {
        return Optional.empty();
      }
      try {
        return Optional.of(CompletableFuture.completedFuture(answer.get()));
      } catch (NotHereException e) {
        return Optional.empty();
      }
    }

    private <T> CompletableFuture<@Nullable T> asked(
        int shard, Transport.Kind kind, MessageLite request, Parser<T> parser) {
      Transport.Question question = new Transport.Question(kind, request.toByteArray());
      return call(
              inTurn(division.shards().get(shard)),
              replica ->
                  transport.send(replica, question).thenApply(bytes -> parsed(parser, bytes)))
          .whenComplete(
              (told, failure) -> {
                if (told == null) {
                  metrics.onMissing();
                }
              });
    }
  }

  private static <T> T parsed(Parser<T> parser, byte[] bytes) {
    try {
      return parser.parseFrom(bytes);
    } catch (InvalidProtocolBufferException e) {
      throw new CompletionException(e);
    }
  }

  /** Asks the replicas of a shard, one after the other, until one answers; null: none did. */
  public <T> CompletableFuture<@Nullable T> call(
      List<Member> replicas, Function<Member, CompletableFuture<T>> ask) {
    return new ReplicaCall<>(replicas, ask, members, timer, patience, metrics).begin();
  }

  /** Returns replicas in the order in which they are to be asked. */
  public List<Member> inTurn(List<Member> replicas) {
    List<Member> well = new ArrayList<>();
    List<Member> leaving = new ArrayList<>();
    List<Member> suspect = new ArrayList<>();
    int first = replicas.isEmpty() ? 0 : Math.floorMod(turn.getAndIncrement(), replicas.size());
    for (int i = 0; i < replicas.size(); i++) {
      Member each = replicas.get((first + i) % replicas.size());
      (members.isSuspect(each) ? suspect : each.leaving() ? leaving : well).add(each);
    }
    well.addAll(leaving);
    well.addAll(suspect);
    return well;
  }
}
