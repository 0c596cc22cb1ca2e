package dev.headwater.store.sim;

import static org.assertj.core.api.Assertions.assertThat;

import dev.headwater.events.MergedRow;
import dev.headwater.events.RowRecord;
import dev.headwater.events.Vectors;
import dev.headwater.events.announce.AnnouncedState;
import dev.headwater.events.announce.AnnouncementBook;
import dev.headwater.events.wire.Announcement;
import dev.headwater.events.wire.EmbeddingRow;
import dev.headwater.store.cycle.Candidate;
import dev.headwater.store.cycle.TableValidator;
import dev.headwater.store.cycle.Validation;
import dev.headwater.store.inspect.Verification;
import dev.headwater.store.table.RowCursor;
import dev.headwater.store.table.SealedVersion;
import dev.headwater.store.table.StoreException;
import dev.headwater.store.table.StoredRow;
import dev.headwater.store.table.VersionStatus;
import java.time.Clock;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.Set;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/** Everything a seed decides: which event comes next, what fails, and what must hold after it. */
final class World {
  private static final int ITEMS = 12;
  private static final double DISK_FAILS = 0.01;
  private static final double LOG_FAILS = 0.05;
  private static final double DELIVERY_FAILS = 0.2;

  private final Random random;
  private final Topics topics = new Topics();
  private final AnnouncementBook trainer = new AnnouncementBook();
  private final List<SimConsumer> consumers = new ArrayList<>();
  private final Map<Long, Map<String, StoredRow>> announcedRows = new HashMap<>();
  private final Map<Long, Long> announcedChecksums = new HashMap<>();
  private final Set<Long> refused = new HashSet<>();
  private final Map<Long, Long> rolledBackTo = new HashMap<>();
  private final Map<SimConsumer, AnnouncedState> before = new HashMap<>();
  private final List<String> trace = new ArrayList<>();
  private int coldAtRollback;
  private int tunedAtRollback;
  private int logChecked;
  private int trainerRead;
  private long steps;
  private double faults;
  private SimNode primary;
  private @Nullable SimNode stale;

  World(long seed) {
    random = new Random(seed);
    primary = node(new CrashingStore(random));
    primary.engine.announceModel(Topics.TABLE.domain(), Topics.TABLE.model(), "", "sim");
    faults = 1;
    primary.disk.failing(DISK_FAILS);
    primary.log.failing(LOG_FAILS);
    for (int i = 0; i < 3; i++) {
      consumers.add(new SimConsumer(topics, random));
    }
  }

  /** Adds up what was announced, by kind. */
  void count(Map<Announcement.Kind, Integer> kinds) {
    topics.log.announcements().forEach(a -> kinds.merge(a.getKind(), 1, Integer::sum));
  }

  /** Returns what happened so far. */
  List<String> trace() {
    return trace;
  }

  /** Starts a node; one whose rows have diverged starts again, as an operator would have it. */
  private SimNode node(CrashingStore of) {
    of.failing(0);
    CrashingStore disk = of;
    SimNode node;
    try {
      node = new SimNode(disk, topics, random, List.of(new Moody()), Clock.systemUTC());
    } catch (StoreException e) {
      assertThat(e.code()).isEqualTo(StoreException.Code.DIVERGED);
      trace.add("a node has diverged and starts from an empty directory");
      disk = new CrashingStore(random);
      node = new SimNode(disk, topics, random, List.of(new Moody()), Clock.systemUTC());
    }
    disk.failing(DISK_FAILS * faults);
    node.log.failing(LOG_FAILS * faults);
    return node;
  }

  /** Says no now and then. */
  private final class Moody implements TableValidator {
    @Override
    public String name() {
      return "moody";
    }

    @Override
    public boolean judgesLearning() {
      return true;
    }

    @Override
    public Validation validate(Candidate candidate) {
      boolean no = candidate.version().version() % 5 == 3;
      if (no) {
        refused.add(candidate.version().version());
      }
      return no ? Validation.veto("not today") : Validation.pass("fine");
    }
  }

  /** One event, then every invariant. */
  void step() {
    int event = random.nextInt(100);
    if (event < 45) {
      rows(event);
    } else if (event < 70) {
      store(event);
    } else if (event < 80) {
      operator(event);
    } else if (event < 86) {
      crash(event);
    } else {
      consume(event);
    }
    check();
  }

  private String item() {
    return "i" + random.nextInt(ITEMS);
  }

  private void rows(int event) {
    String item = item();
    if (event < 12) {
      topics.putCold(item, random.nextInt(4) == 0);
    } else if (event < 14) {
      topics.deleteCold(item);
    } else if (event < 17) {
      hearAsTrainer();
    } else {
      topics.putTuned(item, trainer.fences("toys", "m1").generation(), ++steps);
    }
  }

  private void hearAsTrainer() {
    List<Announcement> all = topics.log.announcements();
    for (; trainerRead < all.size(); trainerRead++) {
      trainer.apply(all.get(trainerRead));
    }
  }

  private void store(int event) {
    SimNode node = stale != null && random.nextInt(4) == 0 ? stale : primary;
    RowRecord.Kind[] kinds = RowRecord.Kind.values();
    attempt(
        "store " + event,
        node,
        () -> {
          node.readAnnouncements();
          if (event < 58) {
            node.take(kinds[random.nextInt(kinds.length)], 1 + random.nextInt(8));
          } else if (event < 61) {
            node.engine.flush();
          } else if (event < 68) {
            node.engine.runCycle();
          } else {
            node.engine.retain();
          }
        });
  }

  /** Runs something that may fail as disks, logs and lost elections fail; nothing else may. */
  private void attempt(String what, SimNode node, Runnable work) {
    trace.add(what + (node == primary ? "" : " (stale)"));
    int announced = topics.log.announcements().size();
    try {
      work.run();
    } catch (StoreException e) {
      trace.add("  " + e.code() + " " + e.getMessage());
      assertThat(e.code())
          .isIn(
              StoreException.Code.STORAGE_FAILED,
              StoreException.Code.NOT_PRIMARY,
              StoreException.Code.NOT_READY,
              StoreException.Code.UNKNOWN_VERSION,
              StoreException.Code.VERSION_NOT_SERVABLE);
    }
    if (node != primary) {
      assertThat(topics.log.announcements())
          .as("a fenced publisher never announces")
          .hasSize(announced);
    }
    if (node.isDead()) {
      checkLog(); // While the disk of the one who announced is still there.
      restart(node, false);
    }
  }

  private void operator(int event) {
    SimNode node = stale != null && random.nextInt(5) == 0 ? stale : primary;
    List<SealedVersion> versions = node.disk.versions(Topics.TABLE);
    long version = versions.isEmpty() ? 1 : versions.get(random.nextInt(versions.size())).version();
    attempt(
        "operator " + event + " version " + version,
        node,
        () -> {
          node.readAnnouncements();
          if (event < 74) {
            node.engine.rollback(version, "sim", "sim");
          } else if (event < 77) {
            node.engine.pin(version, "sim", "sim");
          } else {
            node.engine.unpin("toys", "sim", "sim");
          }
        });
  }

  private void crash(int event) {
    if (event < 84) {
      SimNode old = random.nextBoolean() ? stale : null;
      restart(old == null ? primary : old, random.nextBoolean());
      return;
    }
    // Another node takes over; the old one does not know yet. Sometimes it is one that starts
    // again.
    trace.add("another node takes over");
    CrashingStore disk =
        stale == null || random.nextInt(3) == 0 ? new CrashingStore(random) : stale.disk;
    SimNode old = primary;
    primary = node(disk);
    stale = old;
  }

  /** A node that starts again becomes primary, whoever it was before. */
  private void restart(SimNode node, boolean powerLost) {
    trace.add((node == primary ? "primary" : "stale") + " restarts, power lost " + powerLost);
    node.disk.crash(powerLost);
    SimNode started = node(node.disk);
    if (node != primary) {
      stale = primary;
    }
    primary = started;
  }

  private void consume(int event) {
    SimConsumer consumer = consumers.get(random.nextInt(consumers.size()));
    if (event == 86) {
      trace.add("a consumer starts again");
      before.remove(consumer);
      consumers.remove(consumer);
      consumers.add(new SimConsumer(topics, random));
    } else if (event < 92) {
      consumer.readAnnouncements(DELIVERY_FAILS * faults);
    } else if (event < 96) {
      RowRecord.Kind[] kinds = RowRecord.Kind.values();
      RowRecord.Kind kind = kinds[random.nextInt(2)];
      consumer.take(kind, 1 + random.nextInt(10));
    } else {
      SimNode node = stale != null && random.nextBoolean() ? stale : primary;
      consumer.fetchBase(node.disk, faults);
    }
  }

  private void check() {
    checkLog();
    for (SimConsumer consumer : consumers) {
      checkNeverBack(consumer);
      checkBase(consumer);
      checkGenerations(consumer);
    }
  }

  private void checkLog() {
    List<Announcement> all = topics.log.announcements();
    for (; logChecked < all.size(); logChecked++) {
      Announcement a = all.get(logChecked);
      assertThat(a.getSequence()).as("sequence without gap or repeat").isEqualTo(logChecked + 1);
      if (a.getKind() == Announcement.Kind.ROLLED_BACK) {
        rolledBackTo.put(a.getGeneration(), a.getAnnouncedVersion());
        coldAtRollback = topics.of(RowRecord.Kind.COLD).size();
        tunedAtRollback = topics.of(RowRecord.Kind.TUNED).size();
      }
      boolean served =
          switch (a.getKind()) {
            case ANNOUNCED, PINNED, UNPINNED, ROLLED_BACK -> a.getTableVersion() > 0;
            default -> false;
          };
      if (served) {
        assertThat(refused)
            .as("no rejected version is announced")
            .doesNotContain(a.getTableVersion());
        Long known = announcedChecksums.put(a.getTableVersion(), a.getTableChecksum());
        assertThat(known)
            .as("no number is announced twice with other rows")
            .isIn(null, a.getTableChecksum());
        if (!announcedRows.containsKey(a.getTableVersion())) {
          announcedRows.put(a.getTableVersion(), rowsOf(a));
        }
      }
    }
  }

  /** Reads what was just announced from the disk of the one who did. */
  private Map<String, StoredRow> rowsOf(Announcement a) {
    for (SimNode node : stale == null ? List.of(primary) : List.of(primary, stale)) {
      Map<String, StoredRow> rows = new TreeMap<>();
      long checksum = 0;
      boolean kept =
          node.disk.versions(Topics.TABLE).stream()
              .anyMatch(each -> each.version() == a.getTableVersion());
      if (kept) {
        try (RowCursor cursor = node.disk.scan(Topics.TABLE, a.getTableVersion())) {
          while (cursor.next()) {
            checksum += cursor.contentHash();
            rows.put(cursor.item(), cursor.row());
          }
        }
        if (checksum == a.getTableChecksum() && rows.size() == a.getRows()) {
          return rows;
        }
      }
    }
    throw new AssertionError(
        "version " + a.getTableVersion() + " was announced, and no disk has its rows");
  }

  private void checkNeverBack(SimConsumer consumer) {
    AnnouncedState now = consumer.state();
    AnnouncedState was = before.get(consumer);
    if (now == null) {
      return;
    }
    before.put(consumer, now);
    if (was != null && now.announcedVersion() < was.announcedVersion()) {
      boolean pinned = now.pinned() || was.pinned();
      assertThat(pinned || now.generation() > was.generation())
          .as("%d after %d without rollback or pin", now.announcedVersion(), was.announcedVersion())
          .isTrue();
    }
    assertThat(refused).doesNotContain(now.announcedVersion());
  }

  private void checkBase(SimConsumer consumer) {
    SimConsumer.Base base = consumer.base();
    if (base != null) {
      assertThat(announcedRows)
          .as("nobody serves what was not announced")
          .containsKey(base.version());
      assertThat(base.rows())
          .as("nobody serves a damaged base")
          .isEqualTo(announcedRows.get(base.version()));
    }
  }

  /** After a rollback every tuned row is of the new generation, or stood in the version gone to. */
  private void checkGenerations(SimConsumer consumer) {
    long generation = consumer.fences().generation();
    boolean behind =
        consumer.position(RowRecord.Kind.COLD) < coldAtRollback
            || consumer.position(RowRecord.Kind.TUNED) < tunedAtRollback;
    if (generation == 0 || behind) {
      return; // It serves what is older still, and goes through what came before the rollback.
    }
    Map<String, StoredRow> target =
        announcedRows.getOrDefault(rolledBackTo.getOrDefault(generation, 0L), Map.of());
    for (Map.Entry<String, MergedRow> entry : consumer.view().entrySet()) {
      EmbeddingRow row = entry.getValue().winner();
      boolean tuned = row != null && row.hasVersion();
      if (row != null && tuned && row.getVersion().getGeneration() < generation) {
        StoredRow then = target.get(entry.getKey());
        assertThat(then == null ? null : then.vector())
            .as(
                "generation %d began at version %d; served of %s: %s; then: %s",
                generation,
                rolledBackTo.getOrDefault(generation, 0L),
                entry.getKey(),
                entry.getValue().toString().replace('\n', ' '),
                then)
            .isEqualTo(Vectors.unpack(row.getVector()));
      }
    }
  }

  /** Faults stop; everyone catches up; all must agree, those that start from nothing included. */
  void settle() {
    faults = 0;
    restart(primary, false);
    SimNode last = primary;
    hearAsTrainer();
    for (int i = 0; i < 2; i++) { // Of two versions one passes the moody validator.
      topics.putCold("last", true);
      topics.putTuned("last", trainer.fences("toys", "m1").generation(), ++steps);
      last.catchUp();
      last.engine.runCycle();
    }
    last.catchUp();
    last.engine.unpin("toys", "settled", "sim");
    check();
    for (SimConsumer consumer : consumers) {
      for (RowRecord.Kind kind : RowRecord.Kind.values()) {
        consumer.take(kind, Integer.MAX_VALUE);
      }
      consumer.readAnnouncements(0);
      consumer.fetchBase(last.disk, 0);
      check();
      assertConverged(consumer, last);
    }
    SimNode fresh = node(new CrashingStore(random));
    fresh.catchUp();
    last.catchUp(); // A node that replays the topics says once more what stands for late rows.
    assertSame("a node from nothing", last, fresh);
    SimNode compacted = node(new CrashingStore(random));
    compacted.readAnnouncements();
    for (RowRecord.Kind kind : RowRecord.Kind.values()) {
      topics.compacted(kind).forEach(e -> compacted.engine.take(Topics.record(kind, e)));
    }
    compacted.engine.flush();
    compacted.catchUpFromRollbacks();
    last.catchUp();
    assertSame("a node from compacted topics: corrections were published", last, compacted);
    assertStatuses(last);
  }

  private static void assertSame(String what, SimNode one, SimNode other) {
    try (RowCursor mine = one.disk.scan(Topics.TABLE, Long.MAX_VALUE);
        RowCursor theirs = other.disk.scan(Topics.TABLE, Long.MAX_VALUE)) {
      assertThat(Verification.firstDifference(mine, theirs)).as(what).isNull();
    }
    assertThat(other.disk.state(Topics.TABLE).checksum())
        .as(what)
        .isEqualTo(one.disk.state(Topics.TABLE).checksum());
  }

  private void assertConverged(SimConsumer consumer, SimNode last) {
    AnnouncedState state = consumer.state();
    AnnouncedState own = last.engine.book().state("toys");
    assertThat(state)
        .usingRecursiveComparison()
        .ignoringFields("fences", "lastReason")
        .isEqualTo(own);
    SimConsumer.Base base = consumer.base();
    assertThat(base == null ? 0 : base.version())
        .isEqualTo(own == null ? 0 : own.announcedVersion());
    Map<String, String> served = new TreeMap<>();
    consumer
        .view()
        .forEach(
            (item, merged) -> {
              EmbeddingRow row = merged.winner();
              if (row != null) {
                served.put(item, Vectors.unpack(row.getVector())[0] + "");
              }
            });
    Map<String, String> stored = new TreeMap<>();
    try (RowCursor cursor = last.disk.scan(Topics.TABLE, Long.MAX_VALUE)) {
      while (cursor.next()) {
        stored.put(cursor.item(), cursor.row().vector()[0] + "");
      }
    }
    assertThat(served).as("what consumers serve is what the store holds").isEqualTo(stored);
  }

  private void assertStatuses(SimNode node) {
    for (SealedVersion version : node.disk.versions(Topics.TABLE)) {
      if (version.status() == VersionStatus.ANNOUNCED) {
        assertThat(announcedChecksums.get(version.version())).isEqualTo(version.checksum());
      }
      assertThat(version.status()).isNotEqualTo(VersionStatus.SEALED);
    }
  }
}
