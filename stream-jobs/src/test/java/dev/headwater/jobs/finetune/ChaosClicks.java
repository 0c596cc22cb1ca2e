package dev.headwater.jobs.finetune;

import dev.headwater.events.wire.HistoryEntry;
import dev.headwater.events.wire.UserHistory;
import dev.headwater.jobs.JobsBroker;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.concurrent.Future;
import java.util.concurrent.locks.LockSupport;
import org.apache.kafka.clients.producer.RecordMetadata;

/** The same clicks for every run: a seeded market of thirty items. For one thread. */
final class ChaosClicks {
  private static final int USERS = 40;
  private static final int ITEMS = 30;
  private static final int LENGTH = 20;
  private static final long LATE_MS = 3_600_000;
  private static final long BASE_MS = 1_700_000_000_000L;

  private final JobsBroker.Tenant tenant;
  private final Random random = new Random(11);
  private final Map<String, List<HistoryEntry>> histories = new HashMap<>();
  private final Map<String, Long> seqs = new HashMap<>();
  private long sent;
  private long examples;

  ChaosClicks(JobsBroker.Tenant tenant) {
    this.tenant = tenant;
  }

  /** How many of the clicks sent have something before them: each is to be learned once. */
  long examples() {
    return examples;
  }

  /** Sends clicks at about this rate; {@code copies} of each, {@code late} ones an hour late. */
  void send(int count, int perSecond, int copies, boolean late) {
    List<Future<RecordMetadata>> begun = new ArrayList<>(count * copies);
    for (int i = 0; i < count; i++) {
      String user = "u" + random.nextInt(USERS);
      byte[] value = next(user, late).toByteArray();
      for (int copy = 0; copy < copies; copy++) {
        begun.add(tenant.begin(tenant.topics().userHistories(), "shop/" + user, value));
      }
      LockSupport.parkNanos(1_000_000_000L / perSecond);
    }
    begun.forEach(tenant::await);
  }

  /** Sends records that are no histories, each under a user of its own. */
  void poison(int count) {
    for (int i = 0; i < count; i++) {
      tenant.send(tenant.topics().userHistories(), "shop/poison" + i, new byte[] {9, 9, (byte) i});
    }
  }

  private UserHistory next(String user, boolean late) {
    List<HistoryEntry> entries = histories.computeIfAbsent(user, u -> new ArrayList<>());
    // Neighbours follow each other, so that there is something to learn.
    int from = entries.isEmpty() ? random.nextInt(ITEMS) : number(entries.get(entries.size() - 1));
    int item = random.nextInt(3) == 0 ? random.nextInt(ITEMS) : (from + 1) % ITEMS;
    long timeMs = BASE_MS + 10_000 * sent++ - (late ? LATE_MS : 0);
    int place = entries.size();
    while (place > 0 && entries.get(place - 1).getEventTimeMs() > timeMs) {
      place--;
    }
    entries.add(
        place, HistoryEntry.newBuilder().setItem("i" + item).setEventTimeMs(timeMs).build());
    if (entries.size() > LENGTH) {
      entries.remove(0);
      place--;
    }
    examples += place > 0 ? 1 : 0;
    long seq = seqs.merge(user, 1L, Long::sum);
    return UserHistory.newBuilder()
        .setDomain("shop")
        .setUser(user)
        .setSeq(seq)
        .setCause(UserHistory.Cause.EVENT)
        .setNewIndex(place)
        .addAllEntries(entries)
        .setEventId(user + "-" + seq)
        .setEventTimeMs(timeMs)
        .setPublishedMs(System.currentTimeMillis())
        .build();
  }

  private static int number(HistoryEntry entry) {
    return Integer.parseInt(entry.getItem().substring(1));
  }
}
