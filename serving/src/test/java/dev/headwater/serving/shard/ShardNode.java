package dev.headwater.serving.shard;

import dev.headwater.events.Keys;
import dev.headwater.events.RowRecord;
import dev.headwater.events.wire.EmbeddingRow;
import dev.headwater.serving.MeanEncoder;
import dev.headwater.serving.Rows;
import dev.headwater.serving.items.RowGuard;
import dev.headwater.serving.items.ScanIndex;
import dev.headwater.serving.items.Slice;
import dev.headwater.serving.recommend.Pools;
import dev.headwater.serving.recommend.RecommendMetrics;
import dev.headwater.serving.recommend.RecommendationIds;
import dev.headwater.serving.recommend.Recommender;
import dev.headwater.serving.state.CatalogEntry;
import dev.headwater.serving.state.Domain;
import dev.headwater.serving.state.Domains;
import dev.headwater.serving.state.Experts;
import dev.headwater.serving.state.ModelTable;
import dev.headwater.serving.state.View;
import dev.headwater.serving.users.BatchingEncoder;
import dev.headwater.serving.users.UserState;
import dev.headwater.serving.users.UserVectorCache;
import dev.headwater.tracing.Tracing;
import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import java.time.Clock;
import java.time.Instant;
import java.time.ZoneId;
import java.time.ZoneOffset;
import java.util.List;
import java.util.Objects;
import java.util.Random;
import java.util.Set;

/** What one node knows, real classes throughout, without topics and without HTTP. */
final class ShardNode implements AutoCloseable {
  private final Slice slice;
  private final Ticking clock;
  private final Domains domains = new Domains(Set.of("d"), 8, 1_000, 1_000, List.of());
  private final Domain domain = Objects.requireNonNull(domains.find("d"));
  private final ModelTable table;
  private final BatchingEncoder users =
      new BatchingEncoder(
          new MeanEncoder(Shop.DIM, 50), new BatchingEncoder.Bounds(16, 64, 64, 2_000));

  /** Another millisecond with each row, the same on all nodes. */
  static final class Ticking extends Clock {
    private long nowMs;

    void next() {
      nowMs++;
    }

    @Override
    public Instant instant() {
      return Instant.ofEpochMilli(nowMs);
    }

    @Override
    public ZoneId getZone() {
      return ZoneOffset.UTC;
    }

    @Override
    public Clock withZone(ZoneId zone) {
      return this;
    }
  }

  ShardNode(Slice slice, boolean ranked, Ticking clock) {
    this.slice = slice;
    this.clock = clock;
    table =
        domain.model(
            Rows.MODEL,
            name ->
                new ModelTable(
                    name,
                    Shop.DIM,
                    ranked ? new Experts(domain.ids()) : null,
                    new RowGuard(1e-6f, 1_000),
                    clock,
                    ModelTable.RowListener.NONE,
                    ScanIndex::new));
    table.version(41 + slice.shard());
    UserVectorCache vectors =
        new UserVectorCache(
            1, domain.ids(), table.vectors(), users, null, new SimpleMeterRegistry());
    domain.view(new View(1, table, vectors, "text"));
  }

  Slice slice() {
    return slice;
  }

  Domain domain() {
    return domain;
  }

  ShardAnswers answers() {
    return new ShardAnswers(domains, slice);
  }

  Recommender recommender(Pools pools) {
    return new Recommender(
        pools,
        new RecommendationIds(new Random(1)),
        new RecommendMetrics(new SimpleMeterRegistry(), Clock.systemUTC()),
        new Random(2),
        Tracing.OFF);
  }

  void row(RowRecord.Kind kind, EmbeddingRow row) {
    clock.next();
    table.onRow(domain.ids().code(row.getItem()), Shop.record(kind, row));
  }

  void end(String item) {
    Keys.RowKey key = new Keys.RowKey("d", Rows.MODEL, item);
    table.onRow(domain.ids().code(item), RowRecord.ended(key, -1, 1));
  }

  void entry(String item, CatalogEntry entry) {
    domain.catalog(domain.ids().code(item), entry);
  }

  void user(String user, List<String> history, String disliked) {
    int[] codes = history.stream().mapToInt(domain.ids()::code).toArray();
    int[] not = disliked.isEmpty() ? new int[0] : new int[] {domain.ids().code(disliked)};
    domain.users().put(user, new UserState(codes, not, "event-" + user, 5));
    domain.popularity().add(codes[codes.length - 1]);
  }

  @Override
  public void close() {
    users.close();
  }
}
