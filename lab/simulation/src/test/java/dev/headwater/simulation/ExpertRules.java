package dev.headwater.simulation;

import static org.assertj.core.api.Assertions.assertThat;

import com.google.protobuf.ByteString;
import dev.headwater.events.DeletionTime;
import dev.headwater.events.Keys;
import dev.headwater.events.MergedRow;
import dev.headwater.events.RowLog;
import dev.headwater.events.RowRecord;
import dev.headwater.events.Topics;
import dev.headwater.events.announce.AnnouncedState;
import dev.headwater.events.wire.AcceptedItem;
import dev.headwater.events.wire.EmbeddingRow;
import dev.headwater.idp.expert.ItemCounts;
import dev.headwater.idp.expert.ItemCountsCodec;
import dev.headwater.idp.rank.RankerCodec;
import dev.headwater.idp.rank.RankerPrior;
import dev.headwater.idp.rank.RankerWeights;
import dev.headwater.jobs.finetune.SimTrainer;
import dev.headwater.simulation.log.LogReader;
import dev.headwater.store.table.EmbeddingStore;
import dev.headwater.store.table.PastRow;
import dev.headwater.store.table.SealedVersion;
import dev.headwater.store.table.TableId;
import java.util.Comparator;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.TreeMap;
import java.util.function.Supplier;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.jspecify.annotations.Nullable;

/**
 * What rows say beside their vectors: in the end lists name nothing that is over, and nodes hold
 * the lists and weights that the topics hold, or those of the version that they are pinned at. What
 * was deleted is named in no version that the store keeps, from its receipt on.
 */
final class ExpertRules implements SimTrainer.Held {
  private static final Topics TOPICS = Topics.DEFAULT;
  private static final RowLog ROWS = new RowLog(TOPICS);

  private final World world;
  private final LogReader rows;
  private final Map<String, MergedRow> weights = new TreeMap<>();
  private final Map<Long, byte[]> sealed = new HashMap<>();

  /** Rows as they were said last, by key, origin and version. */
  private final Map<List<Object>, EmbeddingRow> said = new HashMap<>();

  ExpertRules(World world) {
    this.world = world;
    rows = new LogReader(world.log, ROWS.topics(), Map.of());
  }

  /** After every step. */
  void check() throws Exception {
    for (ConsumerRecord<byte[], byte[]> record : rows.pollAll()) {
      RowRecord row = ROWS.read(record);
      EmbeddingRow value = row == null ? null : row.row();
      if (row != null && row.isRanker() && !world.rules().isLate(row)) {
        weights.merge(row.key().model(), MergedRow.EMPTY.with(row), (was, is) -> was.with(row));
      } else if (row != null && value != null) {
        said.put(List.of(row.key(), value.getOrigin(), value.getVersion()), value);
      }
    }
  }

  /** Keeps the weights of each version, as long as the store that sealed it can be asked. */
  void noteVersions(List<SealedVersion> versions) {
    for (SealedVersion version : versions) {
      byte[] weights = version.rankerRow();
      sealed.putIfAbsent(version.version(), weights == null ? new byte[0] : weights);
    }
  }

  private static TableId table(String model) {
    return new TableId(World.DOMAIN, model);
  }

  private static RankerWeights weights(@Nullable EmbeddingRow row) {
    return row == null || row.getRanker().isEmpty()
        ? RankerPrior.weights()
        : RankerCodec.decode(row.getRanker().toByteArray()).weights();
  }

  @Override
  public Map<String, MergedRow> rows(String model) {
    return world.rules().merged(model);
  }

  /** Returns the weights that count under a bundle, the prior where there are none. */
  @Override
  public RankerWeights weights(String model) {
    return weights(weights.getOrDefault(model, MergedRow.EMPTY).highest());
  }

  /**
   * Returns the row that counts as it was said last: the store says a row once more under the same
   * version, without the names of what was deleted meanwhile.
   */
  private @Nullable EmbeddingRow winner(String model, String item) {
    EmbeddingRow winner = rows(model).getOrDefault(item, MergedRow.EMPTY).winner();
    Keys.RowKey key = new Keys.RowKey(World.DOMAIN, model, item);
    return winner == null ? null : said.get(List.of(key, winner.getOrigin(), winner.getVersion()));
  }

  /** Returns the companions that a row names, each with its incarnation. */
  static Map<String, Long> named(EmbeddingRow row) {
    Map<String, Long> named = new TreeMap<>();
    if (!row.getCounts().isEmpty()) {
      var unused =
          ItemCountsCodec.decodeByIncarnation(
              row.getCounts().toByteArray(),
              (item, incarnation) -> {
                named.put(item, incarnation);
                return -1;
              });
    }
    return named;
  }

  /** Returns how much each item of a list weighs, of those that a reader gives a number. */
  static Map<String, Float> list(EmbeddingRow row) {
    Map<String, Float> list = new TreeMap<>();
    if (!row.getCounts().isEmpty()) {
      ItemCounts counts =
          ItemCountsCodec.decode(row.getCounts().toByteArray(), World.ITEMS::indexOf);
      for (int i = 0; i < counts.companions().size(); i++) {
        String item = World.ITEMS.get(counts.companions().item(i));
        list.put(item, counts.companions().weight(i));
      }
    }
    return list;
  }

  /** The store confirms a deletion: no row of a version that it keeps names the item. */
  void checkNameGone(String item) throws Exception {
    EmbeddingStore store = world.store().engine().store();
    for (String model : World.MODELS) {
      for (SealedVersion version : store.versions(table(model))) {
        for (PastRow row : store.pastRows(table(model), World.ITEMS, version.version())) {
          if (row != null && row.lineage() != null) {
            checkNameGone(item, EmbeddingRow.parseFrom(row.lineage()));
          }
        }
      }
    }
  }

  private static void checkNameGone(String item, EmbeddingRow row) {
    assertThat(named(row)).as("a kept list, %s was deleted", item).doesNotContainKey(item);
    assertThat(row.getNearTextsList())
        .as("texts near a kept row, %s was deleted", item)
        .noneMatch(near -> near.getItem().equals(item));
  }

  /** In the end: what the topics hold. */
  void checkSettled() throws Exception {
    check();
    Map<String, AcceptedItem> present = world.rules().present();
    for (String model : World.MODELS) {
      if (!world.rules().isRetired(model)) {
        World.ITEMS.forEach(item -> checkNamed(model, item, present));
      }
    }
  }

  private void checkNamed(String model, String item, Map<String, AcceptedItem> present) {
    EmbeddingRow winner = winner(model, item);
    if (winner != null) {
      named(winner)
          .forEach(
              (name, incarnation) -> {
                AcceptedItem companion = present.get(name);
                assertThat(incarnation)
                    .as(
                        () ->
                            "incarnation of %s in the list of %s under %s%s"
                                .formatted(name, item, model, story(item)))
                    .isEqualTo(companion == null ? -1 : companion.getIncarnation());
              });
    }
  }

  /** In the end: what a node holds. */
  void checkSettled(Node node) throws Exception {
    check();
    for (String model : World.MODELS) {
      if (node.hasTable(model) && !world.rules().isRetired(model)) {
        checkLists(node, model);
        checkOffered(node, model);
        checkSame(
            () -> "weights of %s under %s%s".formatted(node.name(), model, story("~ranker")),
            node.weights(model),
            weights(model));
      }
    }
    AnnouncedState state = node.state();
    if (state != null && node.isPinnedAt(state)) {
      byte[] bytes = sealed.get(state.announcedVersion());
      RankerWeights then = bytes == null ? null : weights(EmbeddingRow.parseFrom(bytes));
      checkSame(() -> "weights of a pinned version on " + node.name(), node.pinnedWeights(), then);
    }
  }

  private void checkLists(Node node, String model) {
    for (String item : World.ITEMS) {
      EmbeddingRow winner = winner(model, item);
      if (winner != null && node.held(model, item) != null) {
        checkSame(item, list(winner), node.companions(model, item), model + " on " + node.name());
        checkTexts(model, item, node.texts(model, item), node.name());
      }
    }
  }

  /** What is offered whatever was clicked says nothing of the order in which a node read. */
  private static void checkOffered(Node node, String model) {
    Map<String, EmbeddingRow> held = new TreeMap<>();
    for (String item : World.ITEMS) {
      EmbeddingRow row = node.held(model, item);
      if (row != null) {
        held.put(item, row);
      }
    }
    assertThat(node.newest(model))
        .as("newest of %s on %s", model, node.name())
        .isEqualTo(
            held.keySet().stream()
                .sorted(
                    Comparator.comparing(
                            (String item) ->
                                -DeletionTime.beganMs(Objects.requireNonNull(held.get(item))))
                        .thenComparing(Comparator.naturalOrder()))
                .toList());
    assertThat(held.keySet())
        .as("popular of %s on %s", model, node.name())
        .containsAll(node.popular(model));
  }

  @Override
  public void checkCounts(EmbeddingRow topics, byte[] job) {
    EmbeddingRow held = topics.toBuilder().setCounts(ByteString.copyFrom(job)).build();
    checkSame(topics.getItem(), list(topics), list(held), topics.getModel() + " in FineTuneJob");
  }

  @Override
  public void checkTexts(String model, String item, Map<String, Float> job) {
    checkTexts(model, item, job, "FineTuneJob");
  }

  /** Of what names a deleted item, or is named by one, the store keeps nothing. */
  private void checkTexts(String model, String item, Map<String, Float> held, String where) {
    if (!mayBeTakenOut(item)) {
      Map<String, Float> near = TextRules.near(rows(model), item);
      checkSame(item, near, held, "near texts of " + model + " on " + where);
    }
  }

  private void checkSame(
      String item, Map<String, Float> topics, Map<String, Float> held, String where) {
    Set<String> either = new HashSet<>(topics.keySet());
    either.addAll(held.keySet());
    either.removeIf(name -> !mayBeTakenOut(name));
    topics.keySet().removeAll(either);
    held.keySet().removeAll(either);
    assertThat(held)
        .as(() -> "list of %s under %s%s".formatted(item, where, story(item)))
        .isEqualTo(topics);
  }

  /**
   * The store takes the name of a deleted item out of what it takes in until it knows that the item
   * has begun again; where it knew no incarnation that is over, whichever is named. A node that
   * starts from its snapshot, and whoever reads what it says once more, has the list so.
   */
  private boolean mayBeTakenOut(String item) {
    return world.deletions().isAsked(item);
  }

  /** Tells what stands in the topics of an item's lists, for whoever reads a failure. */
  String story(String item) {
    StringBuilder story = new StringBuilder();
    for (String topic : ROWS.topics()) {
      for (ConsumerRecord<byte[], byte[]> record : world.log.all(topic)) {
        RowRecord row = Rules.read(record);
        EmbeddingRow value = row == null ? null : row.row();
        if (row != null && value != null && row.item().equals(item)) {
          story.append(
              "%n    %s %s %d@%d%s of incarnation %d, %s: %s"
                  .formatted(
                      row.kind(),
                      row.key().model(),
                      row.partition(),
                      row.offset(),
                      isLate(row),
                      value.getIncarnation(),
                      value.getVersion().toString().replace('\n', ' '),
                      row.isRanker() ? weights(value).steps() : named(value)));
        }
      }
    }
    return story.toString();
  }

  private String isLate(RowRecord row) {
    try {
      return world.rules().isLate(row) ? " late" : "";
    } catch (Exception e) {
      return " " + e;
    }
  }

  private static void checkSame(
      Supplier<String> what, @Nullable RankerWeights held, @Nullable RankerWeights wanted) {
    assertThat(held == null || wanted == null ? -1 : held.steps())
        .as(() -> "steps of " + what.get())
        .isEqualTo(wanted == null ? -1 : wanted.steps());
    if (held != null && wanted != null) {
      assertThat(held.weights()).as(what).isDeepEqualTo(wanted.weights());
    }
  }
}
