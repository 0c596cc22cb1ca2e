package dev.headwater.jobs.finetune;

import static org.assertj.core.api.Assertions.assertThat;

import dev.headwater.events.MergedRow;
import dev.headwater.events.NearTextWire;
import dev.headwater.events.wire.EmbeddingRow;
import dev.headwater.idp.expert.CountConfig;
import dev.headwater.idp.expert.ItemCountsCodec;
import dev.headwater.idp.expert.NearTexts;
import dev.headwater.idp.expert.NearTextsCodec;
import dev.headwater.idp.expert.NearTextsCodec.Named;
import dev.headwater.idp.online.Example;
import dev.headwater.idp.rank.CandidateSet;
import dev.headwater.idp.rank.Candidates;
import dev.headwater.idp.rank.EvidenceBook;
import dev.headwater.idp.rank.Feature;
import dev.headwater.idp.rank.FeatureTable;
import dev.headwater.idp.rank.Features;
import dev.headwater.idp.rank.RankConfig;
import dev.headwater.jobs.finetune.Trainer.Checkpoint;
import java.util.Arrays;
import java.util.List;
import java.util.Objects;
import java.util.Random;
import org.assertj.core.data.Offset;
import org.junit.jupiter.api.Test;

/** What learning scores is what a reader of the published rows would score, feature by feature. */
class SkewTest {
  private static final int ITEMS = 40;

  private final TrainerTopics topics = new TrainerTopics();
  private final ItemNumbers numbers = new ItemNumbers();
  private final EvidenceBook reader = new EvidenceBook(CountConfig.defaults(), numbers::name);

  @Test
  void aReaderOfTheRowsComputesTheFeaturesThatWereLearnedFrom() {
    Random random = new Random(3);
    for (int i = 0; i < ITEMS; i++) {
      EmbeddingRow.Builder row =
          SmallModel.coldRow("i" + i, 1, 1, SmallModel.vector(i)).toBuilder();
      for (int earlier = Math.max(0, i - 3); earlier < i; earlier++) {
        boolean changed = random.nextInt(3) == 0; // all texts are of revision 1
        row.addNearTexts(NearTextWire.of("i" + earlier, random.nextFloat(), 1, changed ? 0 : 1));
      }
      topics.coldRow(row.build());
    }
    try (Trainer trainer = new Trainer(topics, Checkpoint.NONE, 100_000)) {
      for (int i = 0; i < 200; i++) {
        topics.click("i" + random.nextInt(30), "i" + random.nextInt(30), 200_000 + i);
      }
      trainer.passAll();
      compare(trainer, List.of("i3", "i8", "i1"));
      compare(trainer, List.of("i35"));
    }
  }

  private void compare(Trainer trainer, List<String> history) {
    Learner learner = trainer.learner();
    for (int i = ITEMS - 1; i >= 0; i--) { // in another order than the rows were written
      read("i" + i);
    }
    int[] slots =
        history.stream()
            .mapToInt(item -> Objects.requireNonNull(learner.rows().get(item)).slot)
            .toArray();
    float[] scores =
        trainer
            .tables()
            .ranker()
            .scores(List.of(new Example(slots, 0)), trainer.tables().published())[0];
    DomainRanker ranker = learner.ranker();
    int[] known = Arrays.stream(slots).map(slot -> learner.rows().at(slot).number).toArray();
    ranker.fill(known, 5, scores);

    int[] own = history.stream().mapToInt(this::number).toArray();
    CandidateSet set = new CandidateSet(RankConfig.defaults().candidates());
    set.start(own);
    for (int i = 0; i < ITEMS; i++) { // fewer than the index would give
      set.offer(number("i" + i));
    }
    new Candidates(reader, RankConfig.defaults()).offer(own, set);
    FeatureTable table = new FeatureTable();
    new Features(reader, RankConfig.defaults())
        .fill(
            own,
            5,
            set,
            item -> {
              Row row = Objects.requireNonNull(learner.rows().get(numbers.name(item)));
              return trainer.tables().logitScale() * scores[row.slot];
            },
            table);

    assertThat(set.size()).isEqualTo(ranker.candidates().size()).isEqualTo(ITEMS - own.length);
    for (int at = 0; at < set.size(); at++) {
      String item = numbers.name(set.item(at));
      int place =
          ranker.candidates().indexOf(Objects.requireNonNull(learner.rows().get(item)).number);
      for (Feature feature : Feature.values()) {
        assertThat(table.get(at, feature))
            .as("%s of %s", feature, item)
            .isCloseTo(ranker.table().get(place, feature), Offset.offset(1e-5f));
      }
    }
    assertThat(reader.tick()).isEqualTo(learner.counting().book().tick());
  }

  private void read(String item) {
    MergedRow merged = topics.merged(item);
    EmbeddingRow cold = Objects.requireNonNull(merged.cold());
    List<Named> near = NearTextWire.read(cold, Named::new);
    reader.begin(
        number(item),
        NearTextsCodec.decode(near, this::number),
        NearTexts.revisionOf(cold.getRevision()));
    EmbeddingRow winner = Objects.requireNonNull(merged.winner());
    if (!winner.getCounts().isEmpty()) {
      reader.counts(
          number(item), ItemCountsCodec.decode(winner.getCounts().toByteArray(), this::number));
    }
  }

  private int number(String item) {
    return numbers.of(item, ItemCountsCodec.UNKNOWN);
  }
}
