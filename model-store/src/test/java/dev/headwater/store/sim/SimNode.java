package dev.headwater.store.sim;

import dev.headwater.events.wire.Announcement;
import dev.headwater.store.cycle.CycleConfig;
import dev.headwater.store.cycle.EngineParts;
import dev.headwater.store.cycle.StoreEngine;
import dev.headwater.store.cycle.StoreMetrics;
import dev.headwater.store.cycle.Surroundings;
import dev.headwater.store.cycle.TableValidator;
import dev.headwater.store.watch.AnnouncementBook;
import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import java.time.Clock;
import java.time.Duration;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import java.util.Random;

/** A store node: an engine over a disk of its own, fed from the topics. */
final class SimNode {
  final CrashingStore disk;
  final FaultyLog log;
  final StoreEngine engine;
  private final AnnouncementBook book = new AnnouncementBook();
  private final Topics topics;
  private final Map<StoreEngine.Source, Integer> positions =
      new EnumMap<>(StoreEngine.Source.class);
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
                Duration.ofSeconds(5), 6, Duration.ofDays(1), Duration.ofSeconds(10), 3, 50),
            Topics.TUNED);
    for (StoreEngine.Source source : StoreEngine.Source.values()) {
      long next = disk.offsets().getOrDefault(Topics.name(source) + "/0", 0L);
      positions.put(source, (int) next);
    }
    engine.takeOver();
  }

  void readAnnouncements() {
    List<Announcement> all = topics.log.announcements();
    for (; announcementsRead < all.size(); announcementsRead++) {
      book.apply(all.get(announcementsRead));
    }
  }

  /** Takes at most so many records of a topic, without writing them. */
  void take(StoreEngine.Source source, int max) {
    List<Topics.Entry> entries = topics.of(source);
    int from = positions.getOrDefault(source, 0);
    int to = from + Math.min(max, entries.size() - from);
    for (int i = from; i < to; i++) {
      positions.put(source, i + 1);
      engine.take(Topics.record(source, entries.get(i)));
    }
  }

  /** Takes and writes everything there is, also what that brings about. */
  void catchUp() {
    for (int round = 0; round < 3; round++) {
      readAnnouncements();
      for (StoreEngine.Source source : StoreEngine.Source.values()) {
        take(source, Integer.MAX_VALUE);
      }
      engine.flush();
    }
  }

  /** Takes what it published itself. */
  void catchUpFromRollbacks() {
    take(StoreEngine.Source.ROLLBACK, Integer.MAX_VALUE);
    engine.flush();
  }

  boolean isDead() {
    return disk.isBroken() || log.isBroken();
  }
}
