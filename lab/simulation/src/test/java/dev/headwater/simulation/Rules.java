package dev.headwater.simulation;

import static org.assertj.core.api.Assertions.assertThat;

import dev.headwater.events.MergedRow;
import dev.headwater.events.RowLog;
import dev.headwater.events.RowRecord;
import dev.headwater.events.Topics;
import dev.headwater.events.Vectors;
import dev.headwater.events.announce.AnnouncedState;
import dev.headwater.events.announce.AnnouncementBook;
import dev.headwater.events.json.Identifiers;
import dev.headwater.events.json.RejectedRecordException;
import dev.headwater.events.wire.Announcement;
import dev.headwater.events.wire.EmbeddingRow;
import dev.headwater.serving.state.LiveRow;
import dev.headwater.simulation.log.LogReader;
import dev.headwater.store.table.RowCursor;
import dev.headwater.store.table.TableId;
import java.util.Arrays;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.SortedMap;
import java.util.TreeMap;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.jspecify.annotations.Nullable;

/** What must hold after every step, and what after faults have stopped (docs/protocol.md). */
final class Rules {
  private static final Topics TOPICS = Topics.DEFAULT;
  private static final RowLog ROWS = new RowLog(TOPICS);

  private final World world;
  private final LogReader announcements;
  private final LogReader rows;
  private final AnnouncementBook book = new AnnouncementBook();
  private final Map<String, MergedRow> merged = new TreeMap<>();
  private final Map<Long, SortedMap<String, Shown>> versions = new HashMap<>();
  private final Set<Long> unknown = new HashSet<>();
  private final Map<Long, Map<String, EmbeddingRow>> foundBy = new HashMap<>();
  private long lastAnnounced;

  /** What answers make of a row: incarnation and vector. */
  record Shown(long incarnation, List<Float> vector) {
    static Shown of(EmbeddingRow row) {
      float[] values = Vectors.unpack(row.getVector());
      Float[] boxed = new Float[values.length];
      Arrays.setAll(boxed, i -> values[i]);
      return new Shown(row.getIncarnation(), List.of(boxed));
    }
  }

  Rules(World world) {
    this.world = world;
    announcements = new LogReader(world.log, List.of(TOPICS.announcements()), Map.of());
    rows = new LogReader(world.log, ROWS.topics(), Map.of());
  }

  /** After every step. */
  void check() throws Exception {
    readAnnouncements();
    readRows();
    for (Node node : world.nodes) {
      checkPinned(node);
    }
  }

  private void readAnnouncements() throws Exception {
    for (ConsumerRecord<byte[], byte[]> record : announcements.pollAll()) {
      Announcement a = Announcement.parseFrom(record.value());
      assertThat(a.getSequence())
          .as("announcements have no gap and no repeat")
          .isEqualTo(book.sequence(World.DOMAIN) + 1);
      if (a.getKind() == Announcement.Kind.ANNOUNCED && a.getTableVersion() > 0) {
        assertThat(a.getTableVersion()).as("versions only grow").isGreaterThan(lastAnnounced);
        lastAnnounced = a.getTableVersion();
      }
      var unused = book.apply(a);
    }
  }

  /** Keeps what each version held, as long as the store that sealed it can be asked. */
  void noteVersions() throws Exception {
    readAnnouncements();
    for (var sealed :
        world.store().engine().store().versions(new TableId(World.DOMAIN, World.MODEL))) {
      long version = sealed.version();
      if (!versions.containsKey(version) && !unknown.contains(version)) {
        SortedMap<String, Shown> held = new TreeMap<>();
        try (RowCursor cursor = world.store().engine().store().scan(sealed.table(), version)) {
          while (cursor.next()) {
            float[] values = cursor.row().vector();
            Float[] boxed = new Float[values.length];
            Arrays.setAll(boxed, i -> values[i]);
            held.put(cursor.item(), new Shown(cursor.row().incarnation(), List.of(boxed)));
          }
        }
        versions.put(version, held);
      }
    }
  }

  /** The truth: all records by the rule which of two rows wins, late ones left out. */
  private void readRows() throws Exception {
    for (ConsumerRecord<byte[], byte[]> record : rows.pollAll()) {
      RowRecord row = ROWS.read(record);
      if (row == null || row.isRanker()) {
        continue;
      }
      EmbeddingRow value = row.row();
      boolean late =
          value != null
              && row.kind() == RowRecord.Kind.TUNED
              && book.fences(World.DOMAIN, World.MODEL)
                  .isLate(value.getVersion().getGeneration(), row.partition(), row.offset());
      if (!late) {
        merged.put(row.item(), merged.getOrDefault(row.item(), MergedRow.EMPTY).with(row));
        if (value != null && row.kind() == RowRecord.Kind.TUNED) {
          checkNothingForgotten(row, value);
        }
      }
    }
  }

  /** An attempt begins: what it finds published is the least that it may ever send. */
  void noteAttempt(long epoch) throws Exception {
    readAnnouncements();
    readRows();
    Map<String, EmbeddingRow> found = new HashMap<>();
    merged.forEach(
        (item, row) -> {
          EmbeddingRow winner = row.winner();
          if (winner != null) {
            found.put(item, winner);
          }
        });
    foundBy.put(epoch, found);
  }

  private void checkNothingForgotten(RowRecord record, EmbeddingRow sent) {
    EmbeddingRow found =
        foundBy.getOrDefault(sent.getVersion().getEpoch(), Map.of()).get(record.item());
    if (found != null
        && found.getIncarnation() == sent.getIncarnation()
        && found.getVersion().getGeneration() == sent.getVersion().getGeneration()) {
      assertThat(sent.getInteractionsLearned())
          .as("an attempt forgets nothing of %s that it found", record.item())
          .isGreaterThanOrEqualTo(found.getInteractionsLearned());
    }
  }

  private void checkPinned(Node node) {
    AnnouncedState state = node.state();
    if (state == null
        || !state.pinned()
        || !(World.MODEL + "@" + state.announcedVersion()).equals(node.answersFrom())
        || !node.isPinned()) {
      return;
    }
    SortedMap<String, Shown> held = versions.get(state.announcedVersion());
    shown(node)
        .forEach(
            (item, row) ->
                assertThat(row)
                    .as("a node pinned at %d serves its row of %s", state.announcedVersion(), item)
                    .isEqualTo(held == null ? null : held.get(item)));
  }

  private static SortedMap<String, Shown> shown(Node node) {
    SortedMap<String, Shown> shown = new TreeMap<>();
    for (Map.Entry<String, LiveRow> each : node.served().entrySet()) {
      shown.put(each.getKey(), Shown.of(each.getValue().row()));
    }
    return shown;
  }

  private SortedMap<String, Shown> truth() {
    SortedMap<String, Shown> truth = new TreeMap<>();
    merged.forEach(
        (item, row) -> {
          EmbeddingRow winner = row.winner();
          if (winner != null) {
            truth.put(item, Shown.of(winner));
          }
        });
    return truth;
  }

  /** A node that has read everything serves what is true, or the version it is pinned at. */
  void checkLevel(Node node) throws Exception {
    readAnnouncements();
    readRows();
    AnnouncedState state = Objects.requireNonNull(book.state(World.DOMAIN));
    SortedMap<String, Shown> expected = new TreeMap<>(truth());
    if (state.pinned()) {
      SortedMap<String, Shown> held = versions.get(state.announcedVersion());
      if (held == null || !node.isPinned()) {
        return;
      }
      expected.replaceAll(
          (item, now) -> {
            Shown then = held.get(item);
            return then != null && then.incarnation() == now.incarnation() ? then : ABSENT;
          });
      expected.values().removeIf(ABSENT::equals);
    }
    SortedMap<String, Shown> served = shown(node);
    Map<String, Long> incarnations = node.incarnations();
    expected
        .entrySet()
        .removeIf(e -> incarnations.getOrDefault(e.getKey(), 0L) > e.getValue().incarnation());
    assertThat(served.keySet())
        .as("items of a node that has read everything, %s", state)
        .isEqualTo(expected.keySet());
    served.forEach(
        (item, row) ->
            assertThat(row)
                .as(
                    () ->
                        "row of %s of a node that has read all (%s)%s"
                            .formatted(item, node.known(item), story(item)))
                .isEqualTo(expected.get(item)));
  }

  /** Tells what stands in the topics of an item's rows, for whoever reads a failure. */
  private String story(String item) {
    StringBuilder story = new StringBuilder();
    for (String topic : ROWS.topics()) {
      for (ConsumerRecord<byte[], byte[]> record : world.log.all(topic)) {
        RowRecord row = read(record);
        if (row != null && row.item().equals(item)) {
          story.append("%n    %s %d@%d ".formatted(row.kind(), row.partition(), row.offset()));
          story.append(story(row));
        }
      }
    }
    return story + "%n    %s%n".formatted(book.fences(World.DOMAIN, World.MODEL));
  }

  private static String story(RowRecord record) {
    EmbeddingRow row = record.row();
    return row == null
        ? "ends " + record.endedIncarnation()
        : "%s of incarnation %d, %d learned, %s"
            .formatted(
                row.getVersion().toString().replace('\n', ' '),
                row.getIncarnation(),
                row.getInteractionsLearned(),
                row.hasVector() ? Vectors.unpack(row.getVector())[0] : "none");
  }

  private static @Nullable RowRecord read(ConsumerRecord<byte[], byte[]> record) {
    try {
      return ROWS.read(record);
    } catch (RejectedRecordException e) {
      throw new AssertionError(e);
    }
  }

  private static final Shown ABSENT = new Shown(-1, List.of());

  void checkSettled() throws Exception {
    readAnnouncements();
    readRows();
    SortedMap<String, Shown> stored = new TreeMap<>();
    TableId table = new TableId(World.DOMAIN, World.MODEL);
    try (RowCursor cursor = world.store().engine().store().scan(table, Long.MAX_VALUE)) {
      while (cursor.next()) {
        float[] values = cursor.row().vector();
        Float[] boxed = new Float[values.length];
        Arrays.setAll(boxed, i -> values[i]);
        stored.put(cursor.item(), new Shown(cursor.row().incarnation(), List.of(boxed)));
      }
    }
    SortedMap<String, Shown> truth = truth();
    truth.keySet().removeIf(Identifiers::isReserved);
    assertThat(stored).as("what the store holds is true").isEqualTo(truth);
  }
}
