package dev.headwater.simulation;

import static dev.headwater.store.table.WriteSet.InputKind.COLD;
import static dev.headwater.store.table.WriteSet.InputKind.RANKER;
import static dev.headwater.store.table.WriteSet.InputKind.TUNED;
import static org.assertj.core.api.Assertions.assertThat;

import dev.headwater.events.MergedRow;
import dev.headwater.events.RowLog;
import dev.headwater.events.RowRecord;
import dev.headwater.events.Topics;
import dev.headwater.events.Vectors;
import dev.headwater.events.announce.AnnouncedState;
import dev.headwater.events.announce.AnnouncementBook;
import dev.headwater.events.json.RejectedRecordException;
import dev.headwater.events.wire.AcceptedItem;
import dev.headwater.events.wire.Announcement;
import dev.headwater.events.wire.EmbeddingRow;
import dev.headwater.serving.state.LiveRow;
import dev.headwater.simulation.log.LogReader;
import dev.headwater.store.table.RowCursor;
import dev.headwater.store.table.TableId;
import dev.headwater.store.table.WriteSet;
import java.nio.charset.StandardCharsets;
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
  private final LogReader accepted;
  private final Map<String, AcceptedItem> present = new TreeMap<>();
  private final AnnouncementBook book = new AnnouncementBook();
  private final Map<String, Map<String, MergedRow>> merged = new TreeMap<>();
  private final Map<Long, SortedMap<String, Shown>> versions = new HashMap<>();
  private final Map<String, Map<String, MergedRow>> foundBy = new HashMap<>();
  private final Map<String, Long> lastAnnounced = new HashMap<>();

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
    accepted = new LogReader(world.log, List.of(TOPICS.acceptedItems()), Map.of());
    World.MODELS.forEach(model -> merged.put(model, new TreeMap<>()));
  }

  /** Returns the bundle that is announced. */
  String model() throws Exception {
    readAnnouncements();
    return Objects.requireNonNull(book.model(World.DOMAIN));
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
        long before = lastAnnounced.getOrDefault(a.getModelVersion(), 0L);
        assertThat(a.getTableVersion()).as("versions only grow").isGreaterThan(before);
        lastAnnounced.put(a.getModelVersion(), a.getTableVersion());
      }
      var unused = book.apply(a);
    }
  }

  /** Keeps what each version held, as long as the store that sealed it can be asked. */
  void noteVersions() throws Exception {
    readAnnouncements();
    for (String model : World.MODELS) {
      var all = world.store().engine().store().versions(new TableId(World.DOMAIN, model));
      world.experts().noteVersions(all);
      for (var sealed : all) {
        if (!versions.containsKey(sealed.version())) {
          versions.put(sealed.version(), rows(sealed.table(), sealed.version()));
        }
      }
    }
  }

  private SortedMap<String, Shown> rows(TableId table, long version) {
    SortedMap<String, Shown> held = new TreeMap<>();
    try (RowCursor cursor = world.store().engine().store().scan(table, version)) {
      while (cursor.next()) {
        float[] values = cursor.row().vector();
        Float[] boxed = new Float[values.length];
        Arrays.setAll(boxed, i -> values[i]);
        held.put(cursor.item(), new Shown(cursor.row().incarnation(), List.of(boxed)));
      }
    }
    return held;
  }

  /** The truth: all records by the rule which of two rows wins, late ones left out. */
  private void readRows() throws Exception {
    for (ConsumerRecord<byte[], byte[]> record : rows.pollAll()) {
      RowRecord row = ROWS.read(record);
      if (row == null || row.isRanker()) {
        continue;
      }
      EmbeddingRow value = row.row();
      if (!isLate(row)) {
        merged(row.key().model())
            .compute(row.item(), (k, was) -> with(was == null ? MergedRow.EMPTY : was, row));
        if (value != null && row.kind() == RowRecord.Kind.TUNED) {
          checkNothingForgotten(row, value);
        }
      }
    }
  }

  /** Tells whether nobody applies a row, for it came behind the rollback of its generation. */
  boolean isLate(RowRecord row) throws Exception {
    readAnnouncements();
    EmbeddingRow value = row.row();
    return value != null
        && row.kind() == RowRecord.Kind.TUNED
        && book.fences(World.DOMAIN, row.key().model())
            .isLate(value.getVersion().getGeneration(), row.partition(), row.offset());
  }

  /** The end of a bundle ends what stands before it, whichever incarnation it names (25). */
  private static MergedRow with(MergedRow was, RowRecord record) {
    EmbeddingRow cold = was.cold();
    return record.retired() && record.kind() == RowRecord.Kind.COLD && cold != null
        ? was.with(RowRecord.ended(record.key(), record.offset(), cold.getIncarnation()))
        : was.with(record);
  }

  /** An attempt begins: what it finds published is the least that it may ever send. */
  void noteAttempt(String model, long epoch) throws Exception {
    readAnnouncements();
    readRows();
    foundBy.put(model + "/" + epoch, Map.copyOf(merged(model)));
  }

  /** Returns the cold row of an item that counts, or null. */
  @Nullable EmbeddingRow cold(String model, String item) throws Exception {
    readAnnouncements();
    readRows();
    return merged(model).getOrDefault(item, MergedRow.EMPTY).cold();
  }

  /**
   * Returns the number of the newest event that the rows had counted that an attempt found, below 0
   * where they say none: a rollback takes some back.
   */
  long countedNewest(String model, long epoch) {
    return foundBy.getOrDefault(model + "/" + epoch, Map.of()).values().stream()
        .map(MergedRow::winner)
        .mapToLong(row -> row == null || !row.hasCountedNewest() ? -1 : row.getCountedNewest())
        .max()
        .orElse(-1);
  }

  /** Returns how many clicks on an item the rows of a bundle say that they learned. */
  long learned(String model, String item) {
    EmbeddingRow highest = merged(model).getOrDefault(item, MergedRow.EMPTY).highest();
    return highest == null ? 0 : highest.getInteractionsLearned();
  }

  /** Returns what the topics hold under a bundle, by item, as far as they were read. */
  Map<String, MergedRow> merged(String model) {
    return Objects.requireNonNull(merged.get(model), model);
  }

  private void checkNothingForgotten(RowRecord record, EmbeddingRow sent) {
    String model = record.key().model();
    MergedRow known =
        foundBy
            .getOrDefault(model + "/" + sent.getVersion().getEpoch(), Map.of())
            .getOrDefault(record.item(), MergedRow.EMPTY);
    EmbeddingRow found = known.winner();
    EmbeddingRow rolledBack = merged(model).getOrDefault(record.item(), known).rolledBack();
    if (found != null
        && Objects.equals(rolledBack, known.rolledBack()) // it may come behind what it takes back
        && Objects.equals(known.standing(), known.highest()) // or before that is known
        && MergedRow.rollbackRead(found) >= MergedRow.rollbackRead(sent) // or end with its item
        && found.getIncarnation() == sent.getIncarnation()
        && !world.deletions().isAsked(record.item(), sent.getIncarnation())
        && found.getVersion().getGeneration() == sent.getVersion().getGeneration()) {
      assertThat(sent.getInteractionsLearned())
          .as("an attempt forgets nothing of %s that it found", record.item())
          .isGreaterThanOrEqualTo(found.getInteractionsLearned());
    }
  }

  private void checkPinned(Node node) {
    AnnouncedState state = node.state();
    if (state == null || !node.isPinnedAt(state)) {
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

  private SortedMap<String, Shown> truth(String model) {
    SortedMap<String, Shown> truth = new TreeMap<>();
    merged(model)
        .forEach(
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
    if (!state.modelVersion().equals(node.model())) {
      return; // its bundle has too few rows yet, or the version it is pinned at is still read
    }
    SortedMap<String, Shown> expected = truth(state.modelVersion());
    if (state.pinned()) {
      SortedMap<String, Shown> held = versions.get(state.announcedVersion());
      if (held == null || !node.isPinned() || !canPin(state)) {
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
    served.entrySet().removeIf(this::isAsked);
    expected.entrySet().removeIf(this::isAsked);
    Set<String> owed = takenAway(state.modelVersion());
    served.keySet().removeAll(owed);
    expected.keySet().removeAll(owed);
    Map<String, Long> incarnations = node.incarnations();
    expected
        .entrySet()
        .removeIf(e -> incarnations.getOrDefault(e.getKey(), 0L) > e.getValue().incarnation());
    assertThat(served.keySet())
        .as(() -> "items of a node that has read everything, %s%s".formatted(state, stories(node)))
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

  private boolean isAsked(Map.Entry<String, Shown> row) {
    return world.deletions().isAsked(row.getKey(), row.getValue().incarnation());
  }

  /**
   * Items of which compaction took the cold row that counts, because a late one, or a late end,
   * stands behind it: ColdStartJob says it again, and in the end it must have done so.
   */
  private Set<String> takenAway(String model) throws Exception {
    Map<String, MergedRow> left = new HashMap<>();
    for (ConsumerRecord<byte[], byte[]> record : world.log.all(TOPICS.coldStartRows())) {
      RowRecord row = ROWS.read(record);
      if (row != null && row.key().model().equals(model)) {
        left.merge(row.item(), MergedRow.EMPTY.with(row), (was, is) -> was.with(row));
      }
    }
    Set<String> taken = new HashSet<>();
    merged(model)
        .forEach(
            (item, row) -> {
              EmbeddingRow there = left.getOrDefault(item, MergedRow.EMPTY).cold();
              if (row.cold() != null && !row.cold().equals(there)) {
                taken.add(item);
              }
            });
    return taken;
  }

  private String stories(Node node) {
    StringBuilder stories = new StringBuilder(" catalog: " + node.incarnations());
    World.ITEMS.forEach(item -> stories.append("%n  %s".formatted(item)).append(story(item)));
    return stories.toString();
  }

  /** Tells what stands in the topics of an item's rows, for whoever reads a failure. */
  private String story(String item) {
    StringBuilder story = new StringBuilder();
    for (String topic : ROWS.topics()) {
      for (ConsumerRecord<byte[], byte[]> record : world.log.all(topic)) {
        RowRecord row = read(record);
        if (row != null && row.item().equals(item)) {
          story.append(
              "%n    %s %s %d@%d "
                  .formatted(row.kind(), row.key().model(), row.partition(), row.offset()));
          story.append(story(row));
        }
      }
    }
    World.MODELS.forEach(model -> story.append(" " + book.fences(World.DOMAIN, model)));
    return story + "%n".formatted();
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

  static @Nullable RowRecord read(ConsumerRecord<byte[], byte[]> record) {
    try {
      return ROWS.read(record);
    } catch (RejectedRecordException e) {
      throw new AssertionError(e);
    }
  }

  private static final Shown ABSENT = new Shown(-1, List.of());

  /** Whatever a bundle was announced or taken back meanwhile: answers come from what is said. */
  void checkSettled(Node node) throws Exception {
    AnnouncedState state = Objects.requireNonNull(book.state(World.DOMAIN));
    if (state.pinned() ? canPin(state) : !truth(state.modelVersion()).isEmpty()) {
      assertThat(node.model()).as("bundle of answers, %s", state).isEqualTo(state.modelVersion());
      assertThat(node.isPinned())
          .as("answers come from a pinned version")
          .isEqualTo(state.pinned());
    }
    for (String model : World.MODELS) {
      if (book.isRetired(World.DOMAIN, model) && model.equals(node.model())) {
        continue; // shown whole until there is something else to answer from, which was asked above
      }
      SortedMap<String, Shown> held = new TreeMap<>();
      for (String item : World.ITEMS) {
        EmbeddingRow row = node.held(model, item);
        if (row != null) {
          held.put(item, Shown.of(row));
        }
      }
      checkSame("what a node holds under ", model, held);
    }
  }

  private void checkSame(String what, String model, SortedMap<String, Shown> held)
      throws Exception {
    SortedMap<String, Shown> truth = truth(model);
    boolean left = !model.equals(book.model(World.DOMAIN));
    Set<String> late = left ? LateEnds.under(model, world.log, present()) : Set.of();
    for (String item : World.ITEMS) {
      if (!late.contains(item)) {
        assertThat(held.get(item))
            .as(() -> what + model + ", of " + item + story(item))
            .isEqualTo(truth.get(item));
      }
    }
  }

  /** A version none of whose items is left has nothing to show: answers stay as they were. */
  private boolean canPin(AnnouncedState state) {
    TableId table = new TableId(World.DOMAIN, state.modelVersion());
    return isKept(state) && !rows(table, state.announcedVersion()).isEmpty();
  }

  private boolean isKept(AnnouncedState state) {
    return world
        .store()
        .engine()
        .store()
        .versions(new TableId(World.DOMAIN, state.modelVersion()))
        .stream()
        .anyMatch(kept -> kept.version() == state.announcedVersion());
  }

  /** Returns the items that the catalog has. */
  Map<String, AcceptedItem> present() throws Exception {
    for (ConsumerRecord<byte[], byte[]> record : accepted.pollAll()) {
      String item =
          new String(record.key(), StandardCharsets.UTF_8).substring(World.DOMAIN.length() + 1);
      if (record.value() == null) {
        present.remove(item);
      } else {
        present.put(item, AcceptedItem.parseFrom(record.value()));
      }
    }
    return present;
  }

  /** Tells whether a bundle is gone for good. */
  boolean isRetired(String model) throws Exception {
    readAnnouncements();
    return book.isRetired(World.DOMAIN, model);
  }

  /** Of a retired bundle nothing is left: in no topic, not in the store, on no node. */
  private void checkRetired(String model) throws Exception {
    Map<String, String> left = new TreeMap<>();
    for (String topic : ROWS.topics()) {
      for (ConsumerRecord<byte[], byte[]> record : world.log.all(topic)) {
        String key = new String(record.key(), StandardCharsets.UTF_8);
        if (key.startsWith(World.DOMAIN + "/" + model + "/")) {
          String last = record.value() == null ? "" : "@" + record.offset();
          left.put(topic + " " + key, last);
        }
      }
    }
    left.values().removeIf(String::isEmpty);
    assertThat(left).as("last records of retired %s", model).isEmpty();
    TableId table = new TableId(World.DOMAIN, model);
    var store = world.store().engine().store();
    assertThat(store.state(table).rows()).as("rows of retired %s", model).isZero();
    assertThat(store.versions(table)).as("versions of retired %s", model).isEmpty();
    for (WriteSet.InputKind kind : List.of(COLD, TUNED, RANKER)) {
      store.scanInputs(
          kind,
          (of, item, bytes) ->
              assertThat(of).as("%s that the store keeps of %s", kind, item).isNotEqualTo(table));
    }
    for (Node node : world.nodes) {
      assertThat(node.hasTable(model)).as("%s on node %s", model, node.name()).isFalse();
    }
  }

  void checkSettled() throws Exception {
    readAnnouncements();
    readRows();
    for (String model : World.MODELS) {
      if (isRetired(model)) {
        checkRetired(model);
      }
      checkSame(
          "what the store holds of ",
          model,
          rows(new TableId(World.DOMAIN, model), Long.MAX_VALUE));
      checkItems(model);
    }
    checkNothingOwed();
  }

  /** What the store keeps beside rows is kept for rows that there are. */
  private void checkNothingOwed() {
    Map<String, Integer> kept = new TreeMap<>();
    for (WriteSet.InputKind kind : WriteSet.InputKind.values()) {
      world
          .store()
          .engine()
          .store()
          .scanInputs(kind, (table, item, bytes) -> kept.merge(kind.name(), 1, Integer::sum));
    }
    assertThat(kept).as("corrections that are owed in the end").doesNotContainKey("CORRECTION");
    assertThat(kept.values())
        .as("what the store keeps beside rows: %s", kept)
        .allMatch(count -> count <= World.MODELS.size() * (World.ITEMS.size() + 1));
  }

  /** Every item has a row of its text under the announced bundle; under none an old incarnation. */
  private void checkItems(String model) throws Exception {
    for (String item : World.ITEMS) {
      AcceptedItem wanted = present().get(item);
      EmbeddingRow cold = merged(model).getOrDefault(item, MergedRow.EMPTY).cold();
      if (cold != null) {
        assertThat(cold.getIncarnation())
            .as(() -> "incarnation of %s under %s%s".formatted(item, model, story(item)))
            .isEqualTo(wanted == null ? -1 : wanted.getIncarnation());
      }
      if (wanted != null && model.equals(book.model(World.DOMAIN))) {
        assertThat(cold == null ? -1 : cold.getRevision())
            .as(() -> "text of %s under %s%s".formatted(item, model, story(item)))
            .isEqualTo(wanted.getRevision());
      }
    }
  }
}
