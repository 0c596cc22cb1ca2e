package dev.headwater.serving.shard;

import com.google.protobuf.InvalidProtocolBufferException;
import dev.headwater.client.answers.Recommendations;
import dev.headwater.serving.nodes.Beats;
import dev.headwater.serving.nodes.CallMetrics;
import dev.headwater.serving.nodes.Homes;
import dev.headwater.serving.nodes.Member;
import dev.headwater.serving.nodes.Members;
import dev.headwater.serving.nodes.NodeShards;
import dev.headwater.serving.nodes.Transport;
import dev.headwater.serving.recommend.Query;
import dev.headwater.serving.recommend.Recommender;
import dev.headwater.serving.shard.wire.FindRequest;
import dev.headwater.serving.shard.wire.KnownRequest;
import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import java.io.IOException;
import java.net.URI;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;

/** A node whose code is real and whose time and wires are not. */
final class SimulatedNode {
  private static final int SILENT_BEATS = 6;

  /** A beat and its way. */
  private static final long HEARD_MS = 2 * Beats.EVERY_MS;

  private final String name;
  private final int generation;
  private final ShardNode state;
  private final SimulatedNetwork network;
  private final Recommender recommender;
  private final List<Member> unread = new ArrayList<>();
  private Members members;
  private NodeShards shards;
  private Homes homes;
  private Shards asked;
  private long beat;
  private boolean dead;
  private boolean hung;
  private boolean ready;
  private boolean leaving;
  private long wellSinceMs;

  SimulatedNode(String name, int generation, ShardNode state, SimulatedNetwork network) {
    this.name = name;
    this.generation = generation;
    this.state = state;
    this.network = network;
    members = new Members(name, SILENT_BEATS);
    shards = shards();
    homes = homes();
    asked = shards;
    recommender =
        state.recommender(new ShardedPools(state.slice(), () -> asked.begin(), network::nanos));
  }

  private NodeShards shards() {
    return new NodeShards(
        new NodeShards.Self(generation, state.slice(), state.answers()),
        members,
        network::send,
        network::after,
        50,
        1_500,
        new CallMetrics(new SimpleMeterRegistry(), members));
  }

  private Homes homes() {
    return new Homes(generation, state.slice(), members, shards);
  }

  /** Encoders have threads of their own: what they make is made before time begins. */
  void encode(Shards direct, Query query) {
    asked = direct;
    state.domain().users().forEach((user, known) -> own(user, query).join());
    asked = shards;
  }

  String name() {
    return name;
  }

  int generation() {
    return generation;
  }

  ShardNode state() {
    return state;
  }

  boolean isDead() {
    return dead;
  }

  boolean isHung() {
    return hung;
  }

  /**
   * Can be counted on: it neither is dead nor hangs, nor has it still to load or to hear the
   * others; and has been so for long enough that the others have heard it.
   */
  boolean isWell() {
    boolean heard = network.nowMs() - wellSinceMs > HEARD_MS;
    return isReady() && !dead && !hung && !leaving && heard;
  }

  private boolean isReady() {
    return ready && members.hasListened();
  }

  Members members() {
    return members;
  }

  /** Says twice a second that it is there, for ever. */
  void beat() {
    if (!dead && !hung) {
      network.tell(
          new Member(
              name,
              generation,
              state.slice(),
              URI.create("sim://" + name),
              isReady(),
              leaving,
              ++beat));
    }
    network.after(Beats.EVERY_MS, this::beat);
  }

  void hear(Member member) {
    if (hung) {
      unread.add(member);
    }
    if (dead || hung) {
      return;
    }
    boolean before = isReady();
    members.hear(member);
    if (isReady() && !before) {
      wellSinceMs = network.nowMs();
    }
  }

  void ready() {
    ready = true;
    wellSinceMs = network.nowMs();
  }

  void leave() {
    leaving = true;
  }

  void die() {
    dead = true;
    ready = false;
  }

  /** Comes back and knows of nobody; is ready when it has loaded. */
  void restart(long loadMs) {
    members = new Members(name, SILENT_BEATS);
    shards = shards();
    homes = homes();
    asked = shards;
    dead = false;
    leaving = false;
    network.after(loadMs, this::ready);
  }

  void hang(long forMs) {
    hung = true;
    network.after(
        forMs,
        () -> {
          hung = false;
          wellSinceMs = network.nowMs();
          unread.forEach(this::hear); // they stood in the log
          unread.clear();
        });
  }

  byte[] answer(Transport.Question question) {
    try {
      return switch (question.kind()) {
        case KNOWN -> state.answers().known(KnownRequest.parseFrom(question.body())).toByteArray();
        case FIND -> state.answers().find(FindRequest.parseFrom(question.body())).toByteArray();
      };
    } catch (InvalidProtocolBufferException e) {
      throw new AssertionError(e);
    }
  }

  /** A request of a client: handed to a node that holds the user, once. */
  CompletableFuture<Recommendations> request(String user, Query query) {
    List<Member> nodes = homes.of("d", user);
    if (nodes.isEmpty()) {
      return own(user, query);
    }
    return shards
        .call(nodes, node -> network.ask(node, home -> home.handedOn(user, query)))
        .thenCompose(
            told -> told == null ? own(user, query) : CompletableFuture.completedFuture(told));
  }

  private CompletableFuture<Recommendations> handedOn(String user, Query query) {
    return homes.hasListened()
        ? own(user, query)
        : CompletableFuture.failedFuture(new IOException("not_ready"));
  }

  private CompletableFuture<Recommendations> own(String user, Query query) {
    return recommender.forUser(state.domain(), user, query, Runnable::run);
  }
}
