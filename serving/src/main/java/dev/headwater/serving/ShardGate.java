package dev.headwater.serving;

import dev.headwater.serving.follow.ViewSwitcher;
import dev.headwater.serving.shard.Shards;
import dev.headwater.serving.shard.wire.Known;
import dev.headwater.serving.shard.wire.KnownRequest;
import dev.headwater.serving.shard.wire.TableName;
import dev.headwater.serving.state.Domain;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentHashMap;
import java.util.stream.IntStream;
import org.jspecify.annotations.Nullable;

/**
 * A node takes up another table when every shard has it: until then all of them answer from the one
 * before, and an answer is whole. It asks the others some times a second, and no thread waits.
 */
final class ShardGate implements ViewSwitcher.Gate {
  private static final long EVERY_NS = 300_000_000;

  private final Shards shards;
  private final Map<TableName, Asked> asked = new ConcurrentHashMap<>();

  /** When the shards were asked, and what they said. */
  private record Asked(long atNs, CompletableFuture<Boolean> all) {}

  ShardGate(Shards shards) {
    this.shards = shards;
  }

  @Override
  public boolean isOpen(Domain domain, String model, long pinned) {
    TableName name =
        TableName.newBuilder().setDomain(domain.name()).setModel(model).setPinned(pinned).build();
    Asked last = asked.get(name);
    boolean open = last != null && last.all().getNow(false);
    if (open) {
      asked.remove(name);
    } else if (last == null || isOld(last)) {
      asked.put(name, new Asked(System.nanoTime(), ask(name)));
    }
    return open;
  }

  private static boolean isOld(Asked last) {
    return last.all().isDone() && System.nanoTime() - last.atNs() > EVERY_NS;
  }

  private CompletableFuture<Boolean> ask(TableName name) {
    Shards.Round round = shards.begin();
    KnownRequest request = KnownRequest.newBuilder().setTable(name).build();
    return IntStream.range(0, round.count())
        .mapToObj(shard -> round.known(shard, request).thenApply(ShardGate::has))
        .reduce(
            CompletableFuture.completedFuture(true),
            (one, other) -> one.thenCombine(other, Boolean::logicalAnd))
        .exceptionally(failure -> false);
  }

  private static boolean has(@Nullable Known known) {
    return known != null;
  }
}
