package dev.headwater.store.sim;

import dev.headwater.events.RowRecord;
import dev.headwater.events.announce.AnnouncementBook;
import dev.headwater.events.wire.Announcement;
import dev.headwater.store.cycle.CycleConfig;
import dev.headwater.store.cycle.EngineParts;
import dev.headwater.store.cycle.StoreEngine;
import dev.headwater.store.cycle.StoreMetrics;
import dev.headwater.store.cycle.Surroundings;
import dev.headwater.store.cycle.TableValidator;
import dev.headwater.store.cycle.WithdrawConfig;
import dev.headwater.store.table.SealedVersion;
import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import java.time.Clock;
import java.time.Duration;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import java.util.NavigableSet;
import java.util.Random;
import java.util.TreeSet;

/** A store node: an engine over a disk of its own, fed from the topics. */
final class SimNode {
  final CrashingStore disk;
  final FaultyLog log;
  final StoreEngine engine;
  private final AnnouncementBook book = new AnnouncementBook();
  private final Topics topics;
  private final Map<RowRecord.Kind, Integer> positions = new EnumMap<>(RowRecord.Kind.class);
  private int announcementsRead;

  /** Starts over a disk as it was left and becomes primary. */
  SimNode(
      CrashingStore disk,
      Topics topics,
      Random random,
      List<TableValidator> validators,
      Clock clock) {
    this.disk = disk;
    this.topics = topics;
    log = new FaultyLog(topics.log.open(), random, 0);
    readAnnouncements();
    engine =
        new StoreEngine(
            new EngineParts(
                disk,
                log,
                book,
                validators,
                Surroundings.NONE,
                new StoreMetrics(new SimpleMeterRegistry()),
                clock),
            new CycleConfig(
                Duration.ofSeconds(5),
                SimNode::some,
                Duration.ofSeconds(10),
                3,
                new WithdrawConfig(true, 3),
                50),
            Topics.ROWS);
    for (RowRecord.Kind kind : RowRecord.Kind.values()) {
      long next = disk.offsets().getOrDefault(Topics.ROWS.topic(kind) + "/0", 0L);
      positions.put(kind, (int) next);
    }
    engine.takeOver();
  }

  /** The newest two, and of the four before them those that are not thinned out. */
  private static NavigableSet<Long> some(List<SealedVersion> versions, long served, long nowMs) {
    NavigableSet<Long> kept = new TreeSet<>();
    for (int i = Math.max(0, versions.size() - 6); i < versions.size(); i++) {
      long version = versions.get(i).version();
      if (i >= versions.size() - 2 || version % 3 != 0) {
        kept.add(version);
      }
    }
    versions.stream()
        .map(SealedVersion::version)
        .filter(version -> version == served)
        .forEach(kept::add);
    return kept;
  }

  void readAnnouncements() {
    topics.log.sums().forEach(book::take);
    List<Announcement> all = topics.log.announcements();
    for (; announcementsRead < all.size(); announcementsRead++) {
      book.apply(all.get(announcementsRead));
    }
  }

  /** Takes at most so many records of a topic, without writing them. */
  void take(RowRecord.Kind kind, int max) {
    List<Topics.Entry> entries = topics.of(kind);
    int from = positions.getOrDefault(kind, 0);
    int to = from + Math.min(max, entries.size() - from);
    for (int i = from; i < to; i++) {
      positions.put(kind, i + 1);
      engine.take(Topics.record(kind, entries.get(i)));
    }
  }

  /** Takes and writes everything there is, also what that brings about. */
  void catchUp() {
    for (int round = 0; round < 3; round++) {
      readAnnouncements();
      for (RowRecord.Kind kind : RowRecord.Kind.values()) {
        take(kind, Integer.MAX_VALUE);
      }
      engine.caughtUp();
    }
  }

  /** Takes what it published itself. */
  void catchUpFromRollbacks() {
    take(RowRecord.Kind.ROLLBACK, Integer.MAX_VALUE);
    engine.flush();
  }

  boolean isDead() {
    return disk.isBroken() || log.isBroken();
  }
}
