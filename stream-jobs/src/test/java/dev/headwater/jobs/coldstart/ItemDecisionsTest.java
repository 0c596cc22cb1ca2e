package dev.headwater.jobs.coldstart;

import static org.assertj.core.api.Assertions.assertThat;

import dev.headwater.events.DeletionHeader;
import dev.headwater.events.IncarnationHeader;
import dev.headwater.events.Topics;
import dev.headwater.jobs.DomainModel;
import dev.headwater.jobs.kafka.InRecord;
import dev.headwater.jobs.kafka.KafkaPorts;
import java.nio.charset.StandardCharsets;
import java.util.List;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

class ItemDecisionsTest {
  private static final DomainModel TOYS = new DomainModel("toys", "/nowhere", "b1");

  private final WrittenRows written = new WrittenRows(10);
  private Lines lines;
  private ItemDecisions decisions;

  @BeforeEach
  void open() throws Exception {
    StillSurroundings around = new StillSurroundings();
    MatchingModel matching = WordEncoder.matching();
    lines =
        Lines.open(
            "decisions-test",
            around,
            ColdStartConfig.of(TOYS),
            model -> matching,
            model -> new WordEncoder("words"),
            (domain, otherwise) -> otherwise,
            written);
    decisions = new ItemDecisions(around, ColdStartStats.of("decisions-test"), lines, written);
  }

  @AfterEach
  void close() {
    lines.close();
  }

  /**
   * Found by the simulation: an item whose first incarnation, 0, began after the request lost it
   * under a bundle that had no row of it yet.
   */
  @Test
  void aRequestThatNamesNoIncarnationEndsNone() {
    List<ProducerRecord<byte[], byte[]>> sent = request(IncarnationHeader.NONE);
    assertThat(sent)
        .extracting(ItemDecisionsTest::key)
        .containsExactly("toys/b1/~deletion/kite", "cold-start/toys/item/kite");
    assertThat(DeletionHeader.read(sent.get(0).headers())).isEqualTo(77);
    assertThat(IncarnationHeader.read(sent.get(0).headers())).isEqualTo(IncarnationHeader.NONE);
    assertThat(written.isOver("toys/kite", 0)).isFalse();
  }

  @Test
  void aRequestEndsTheIncarnationThatItNames() {
    List<ProducerRecord<byte[], byte[]>> sent = request(6);
    assertThat(IncarnationHeader.read(sent.get(0).headers())).isEqualTo(6);
    assertThat(written.isOver("toys/kite", 6)).isTrue();
    assertThat(written.isOver("toys/kite", 7)).isFalse();
  }

  private List<ProducerRecord<byte[], byte[]>> request(long over) {
    byte[] key = "toys/~deletion/kite".getBytes(StandardCharsets.UTF_8);
    InRecord record =
        new InRecord(Topics.DEFAULT.acceptedItems(), 0, 3, 77, key, null, 77, over, null);
    return decisions.decide(record).answer().stream().map(KafkaPorts::write).toList();
  }

  private static String key(ProducerRecord<byte[], byte[]> record) {
    return new String(record.key(), StandardCharsets.UTF_8);
  }
}
