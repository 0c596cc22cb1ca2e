package dev.headwater.bench.serving;

import dev.headwater.events.Keys;
import dev.headwater.events.Topics;
import dev.headwater.events.wire.HistoryEntry;
import dev.headwater.events.wire.UserHistory;
import dev.headwater.platform.report.ResidentMemory;
import dev.headwater.serving.follow.FollowMetrics;
import dev.headwater.serving.follow.HistoriesHandler;
import dev.headwater.serving.state.Domains;
import dev.headwater.tracing.Tracing;
import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import java.nio.charset.StandardCharsets;
import java.time.Clock;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import org.apache.kafka.clients.consumer.ConsumerRecord;

/**
 * Hands histories to what takes them in on a serving node, each with an item that nobody ever
 * named, and says after each tenth what memory is held. For one thread.
 */
public final class UnknownItems {
  private static final String DOMAIN = "bench";
  private static final int USERS = 50_000;
  private static final int POPULARITY = 2_000;
  private static final int TENTHS = 10;
  private static final int KILO = 1 << 10;

  private final Domains domains = new Domains(Set.of(DOMAIN), 1, USERS, POPULARITY, List.of());
  private final HistoriesHandler handler =
      new HistoriesHandler(
          domains, new FollowMetrics(new SimpleMeterRegistry(), Clock.systemUTC()), Tracing.OFF);

  /**
   * What was held when so many ids had come.
   *
   * @param items ids so far
   * @param residentMb of the whole process, 0 where the system does not tell
   * @param heapMb after a collection
   */
  public record Held(long items, double residentMb, double heapMb) {}

  /** Hands over so many. */
  public List<Held> run(int items) {
    List<Held> held = new ArrayList<>();
    for (int i = 0; i < items; i++) {
      handler.onRecord(record(i));
      if ((i + 1) % Math.max(1, items / TENTHS) == 0) {
        held.add(held(i + 1L));
      }
    }
    return held;
  }

  private static ConsumerRecord<byte[], byte[]> record(int number) {
    String user = "u" + number % USERS;
    UserHistory history =
        UserHistory.newBuilder()
            .setEventId("e" + number)
            .setSeq(1 + number / USERS)
            .setCause(UserHistory.Cause.EVENT)
            .setEventTimeMs(number)
            .setPublishedMs(number)
            .addEntries(HistoryEntry.newBuilder().setItem("nowhere-" + number))
            .build();
    byte[] key = Keys.of(DOMAIN, user).getBytes(StandardCharsets.UTF_8);
    return new ConsumerRecord<>(
        Topics.DEFAULT.userHistories(), 0, number, key, history.toByteArray());
  }

  private static Held held(long items) {
    System.gc();
    Runtime runtime = Runtime.getRuntime();
    double heap = (runtime.totalMemory() - runtime.freeMemory()) / (double) (KILO * KILO);
    return new Held(items, ResidentMemory.kilobytes() / KILO, heap);
  }
}
