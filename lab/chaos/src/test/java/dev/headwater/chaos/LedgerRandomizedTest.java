package dev.headwater.chaos;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import dev.headwater.events.Topics;
import dev.headwater.events.wire.Announcement;
import dev.headwater.events.wire.EmbeddingRow;
import dev.headwater.events.wire.HistoryEntry;
import dev.headwater.events.wire.RowVersion;
import dev.headwater.events.wire.UserHistory;
import java.util.ArrayList;
import java.util.Collections;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.Set;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/**
 * A judge is judged: logs of a world in which every rule held, in any order that topics allow, are
 * found clean; the same log with one fault in it is not.
 */
class LedgerRandomizedTest {
  private static final Topics TOPICS = Topics.DEFAULT;

  /** A record, and the partition-like key within which its order counts. */
  @SuppressWarnings("ArrayRecordComponent") // a record on its way, compared by which one it is
  private record Line(String topic, String key, byte[] value) {}

  /** What an honest installation writes, and what it comes to. */
  private static final class World {
    private final Random random;
    private final List<List<Line>> logs = new ArrayList<>();
    private final Set<String> clicks = new HashSet<>();
    private int examples;
    private long learned;

    World(Random random) {
      this.random = random;
      for (int user = 0; user < 1 + random.nextInt(6); user++) {
        logs.add(histories("d/u" + user));
      }
      for (int item = 0; item < 1 + random.nextInt(6); item++) {
        logs.add(rows("i" + item));
      }
      logs.add(announcements());
    }

    private List<Line> histories(String key) {
      List<Line> log = new ArrayList<>();
      for (int seq = 1; seq <= 1 + random.nextInt(12); seq++) {
        String click = key + "-" + seq;
        clicks.add(click);
        examples += seq > 1 ? 1 : 0;
        log.add(history(key, click, seq));
      }
      return log;
    }

    private List<Line> rows(String item) {
      List<Line> log = new ArrayList<>();
      long epoch = 1;
      long step = 0;
      long known = 0;
      for (int i = 0; i < random.nextInt(10); i++) {
        epoch += random.nextInt(5) == 0 ? 1 : 0;
        step += 1 + random.nextInt(3);
        known += random.nextInt(4);
        log.add(row(item, epoch, step, known));
      }
      learned += known;
      return log;
    }

    private List<Line> announcements() {
      List<Line> log = new ArrayList<>();
      long version = 0;
      for (int sequence = 1; sequence <= random.nextInt(10); sequence++) {
        version += 1 + random.nextInt(3);
        log.add(announced(sequence, version));
      }
      return log;
    }

    /** Each log in its order, the logs mixed. */
    List<Line> mixed() {
      List<Integer> turns = new ArrayList<>();
      for (int log = 0; log < logs.size(); log++) {
        turns.addAll(Collections.nCopies(logs.get(log).size(), log));
      }
      Collections.shuffle(turns, random);
      int[] next = new int[logs.size()];
      List<Line> mixed = new ArrayList<>();
      turns.forEach(log -> mixed.add(logs.get(log).get(next[log]++)));
      return mixed;
    }
  }

  private static Line history(String key, String click, long seq) {
    return new Line(
        TOPICS.userHistories(),
        key,
        UserHistory.newBuilder()
            .setEventId(click)
            .setSeq(seq)
            .setCause(UserHistory.Cause.EVENT)
            .setNewIndex(seq > 1 ? 1 : 0)
            .addAllEntries(
                Collections.nCopies(
                    (int) Math.min(50, seq), HistoryEntry.newBuilder().setItem("i").build()))
            .build()
            .toByteArray());
  }

  private static Line row(String item, long epoch, long step, long learned) {
    return new Line(
        TOPICS.fineTunedRows(),
        "d/m/" + item,
        EmbeddingRow.newBuilder()
            .setItem(item)
            .setIncarnation(1)
            .setVersion(RowVersion.newBuilder().setEpoch(epoch).setStep(step))
            .setInteractionsLearned(learned)
            .build()
            .toByteArray());
  }

  private static Line announced(long sequence, long version) {
    return new Line(
        TOPICS.announcements(),
        "d",
        Announcement.newBuilder()
            .setKind(Announcement.Kind.ANNOUNCED)
            .setModel("m")
            .setSequence(sequence)
            .setTableVersion(version)
            .build()
            .toByteArray());
  }

  private static Ledger read(List<Line> log) throws Exception {
    Ledger ledger = new Ledger(TOPICS);
    Map<String, Long> offsets = new HashMap<>();
    for (Line line : log) {
      long offset = offsets.merge(line.topic(), 1L, Long::sum) - 1;
      ledger.onRecord(
          new ConsumerRecord<>(line.topic(), 0, offset, line.key().getBytes(UTF_8), line.value()));
    }
    return ledger;
  }

  @ParameterizedTest
  @ValueSource(longs = {1, 2, 3, 4})
  void anHonestWorldIsClean(long seed) throws Exception {
    Random random = new Random(seed);
    for (int i = 0; i < 60; i++) {
      World world = new World(random);
      Ledger ledger = read(world.mixed());
      String as = "seed %d, world %d".formatted(seed, i);
      assertThat(ledger.takeBroken()).as(as).isEmpty();
      assertThat(ledger.missing(world.clicks)).as(as).isEmpty();
      assertThat(ledger.accepted(world.clicks)).as(as).isEqualTo(world.clicks.size());
      assertThat(ledger.examples()).as(as).isEqualTo(world.examples);
      assertThat(ledger.learned()).as(as).isEqualTo(world.learned);
      assertThat(ledger.takeOvertaken()).as(as).isZero();
      assertThat(ledger.notTheHighest()).as(as).isZero();
    }
  }

  @ParameterizedTest
  @ValueSource(longs = {1, 2, 3, 4})
  void aHistoryThatIsLostOrRepeatedIsFound(long seed) throws Exception {
    Random random = new Random(seed);
    for (int i = 0; i < 60; i++) {
      World world = new World(random);
      List<Line> log = world.mixed();
      List<Line> histories =
          log.stream().filter(line -> line.topic().equals(TOPICS.userHistories())).toList();
      Line victim = histories.get(random.nextInt(histories.size()));
      String click = UserHistory.parseFrom(victim.value()).getEventId();
      String as = "seed %d, world %d, %s".formatted(seed, i, click);

      List<Line> lossy = new ArrayList<>(log);
      lossy.remove(victim);
      Ledger lost = read(lossy);
      assertThat(lost.missing(world.clicks)).as(as).containsExactly(click);

      List<Line> twice = new ArrayList<>(log);
      twice.add(log.indexOf(victim) + random.nextInt(log.size() - log.indexOf(victim)) + 1, victim);
      Ledger repeated = read(twice);
      assertThat(repeated.takeBroken()).as(as).anyMatch(what -> what.contains(click + " stands"));
      assertThat(repeated.missing(world.clicks)).isEmpty();
    }
  }

  @ParameterizedTest
  @ValueSource(longs = {1, 2, 3, 4})
  void aRowOfAZombieIsFoundUntilTheHighestComesAgain(long seed) throws Exception {
    Random random = new Random(seed);
    int found = 0;
    for (int i = 0; i < 60; i++) {
      World world = new World(random);
      List<Line> log = new ArrayList<>(world.mixed());
      List<Line> tuned =
          log.stream().filter(line -> line.topic().equals(TOPICS.fineTunedRows())).toList();
      if (tuned.isEmpty()) {
        continue;
      }
      Line late = tuned.get(random.nextInt(tuned.size()));
      List<Line> ofItem = tuned.stream().filter(line -> line.key().equals(late.key())).toList();
      log.add(late);
      Ledger ledger = read(log);
      String as = "seed %d, world %d, %s".formatted(seed, i, late.key());
      boolean isNewest = ofItem.get(ofItem.size() - 1).equals(late);
      assertThat(ledger.takeOvertaken()).as(as).isEqualTo(1);
      assertThat(ledger.notTheHighest()).as(as).isEqualTo(isNewest ? 0 : 1);
      assertThat(ledger.learned()).as(as).isEqualTo(world.learned);
      found += isNewest ? 0 : 1;
      log.add(ofItem.get(ofItem.size() - 1));
      assertThat(read(log).notTheHighest()).as(as).isZero();
    }
    assertThat(found).isPositive();
  }

  @ParameterizedTest
  @ValueSource(longs = {1, 2, 3, 4})
  void anAnnouncementOutOfOrderIsFound(long seed) throws Exception {
    Random random = new Random(seed);
    int found = 0;
    for (int i = 0; i < 60; i++) {
      List<Line> log = new ArrayList<>(new World(random).mixed());
      List<Line> announcements =
          log.stream().filter(line -> line.topic().equals(TOPICS.announcements())).toList();
      if (announcements.isEmpty()) {
        continue;
      }
      found++;
      log.add(announcements.get(random.nextInt(announcements.size())));
      assertThat(read(log).takeBroken())
          .as("seed %d, world %d", seed, i)
          .anyMatch(what -> what.startsWith("announcement "))
          .anyMatch(what -> what.startsWith("table version "));
    }
    assertThat(found).isPositive();
  }
}
