package dev.headwater.jobs.coldstart;

import static org.assertj.core.api.Assertions.assertThat;

import dev.headwater.events.DeletionHeader;
import dev.headwater.events.IncarnationHeader;
import dev.headwater.events.Vectors;
import dev.headwater.events.wire.EmbeddingRow;
import dev.headwater.jobs.DomainModel;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

class CarryOverTest {
  private static final DomainModel NEW = new DomainModel("toys", "/nowhere", "new");
  private static final String KITE = "toys/new/kite";

  private final StillSurroundings around = new StillSurroundings();
  private final WrittenRows written = new WrittenRows(10);
  private final DomainLine line =
      new DomainLine(
          "rows",
          around,
          NEW,
          ColdStartConfig.of(NEW),
          WordEncoder.matching(),
          new WordEncoder("words"),
          3);
  private final CarryOver carry = carry();

  private CarryOver carry() {
    try {
      return new CarryOver(
          "job",
          around,
          ColdStartStats.of("carry-over-test"),
          line,
          bundle -> true,
          written,
          Duration.ofSeconds(1));
    } catch (InterruptedException e) {
      throw new AssertionError(e);
    }
  }

  @AfterEach
  void close() {
    carry.close();
    line.close();
  }

  @Test
  void rowsAreCarriedOnce() throws Exception {
    take("old", 5);
    assertThat(carry.pass()).isEqualTo(1);
    assertThat(around.producer.history()).extracting(CarryOverTest::key).containsExactly(KITE);
    assertThat(carry.pass()).isZero();
  }

  /**
   * Found by the simulation: one attempt ended an item under the bundles that it had heard of,
   * another made a row for the newest one, and there nobody ended it.
   */
  @Test
  void endsAreCarriedAsRowsAre() throws Exception {
    take("old", 5);
    end("old", 5);
    assertThat(carry.pass()).isEqualTo(1);
    ProducerRecord<byte[], byte[]> end = around.producer.history().get(0);
    assertThat(key(end)).isEqualTo(KITE);
    assertThat(end.value()).isNull();
    assertThat(IncarnationHeader.read(end.headers())).isEqualTo(5);

    end("new", 5); // it comes back
    end("old", 5);
    assertThat(carry.pass()).as("once").isZero();
    take("new", 5);
    assertThat(line.items().cold("kite")).as("a row sent later counts no more").isNull();
  }

  /** FineTuneJob under the new bundle hears of a request by the new bundle's records alone. */
  @Test
  void anEndIsCarriedWithTheRequestThatItGoesBackTo() throws Exception {
    take("old", 5);
    ConsumerRecord<byte[], byte[]> end = record("old", null);
    end.headers().add(IncarnationHeader.of(5));
    end.headers().add(DeletionHeader.of(77));
    around.take(end);
    carry.pass();
    assertThat(around.producer.history())
        .extracting(CarryOverTest::key)
        .containsExactly("toys/new/~deletion/kite", KITE);
    assertThat(around.producer.history())
        .extracting(sent -> DeletionHeader.read(sent.headers()))
        .containsOnly(77L);
  }

  /** Its item had begun again: nothing of it ended any more, and so nothing was carried. */
  @Test
  void aRequestIsCarriedThoughItsItemGoesOn() throws Exception {
    take("old", 7);
    around.take(request("old", 6));
    assertThat(carry.pass()).as("the row and the request").isEqualTo(2);
    ProducerRecord<byte[], byte[]> carried = around.producer.history().get(0);
    assertThat(key(carried)).isEqualTo("toys/new/~deletion/kite");
    assertThat(DeletionHeader.read(carried.headers())).isEqualTo(77);
    assertThat(IncarnationHeader.read(carried.headers())).isEqualTo(6);
    around.take(request("new", 6)); // it comes back
    around.take(request("old", 6));
    carry.pass();
    assertThat(around.producer.history())
        .as("once")
        .filteredOn(sent -> sent.value() == null)
        .hasSize(1);
  }

  /**
   * Found by the simulation: an older request was carried over a newer one that had not been read
   * yet, compaction kept the older, and FineTuneJob never answered the newer.
   */
  @Test
  void anOlderRequestThatWasCarriedOverANewerOneHasNotTheLastWord() throws Exception {
    around.take(request("old", 5));
    carry.pass();
    around.take(request("new", 6, 99)); // stood there already
    around.take(request("new", 5)); // what was carried comes back
    around.producer.clear();
    try (EarlyRows early =
        new EarlyRows(around, ColdStartStats.of("carry-over-test"), written, true)) {
      early.repair(line);
      ProducerRecord<byte[], byte[]> again = around.producer.history().get(0);
      assertThat(key(again)).isEqualTo("toys/new/~deletion/kite");
      assertThat(DeletionHeader.read(again.headers())).isEqualTo(99);
      assertThat(IncarnationHeader.read(again.headers())).isEqualTo(6);
      around.take(request("new", 6, 99));
      around.producer.clear();
      early.repair(line);
      around.take(request("old", 5));
      carry.pass();
      assertThat(around.producer.history()).as("once, and the older no more").isEmpty();
    }
  }

  /** The next row takes the end's place, and with it the only word of the request. */
  @Test
  void aRequestThatTheBundleKnowsByTheItemsEndAloneIsCarried() throws Exception {
    ConsumerRecord<byte[], byte[]> end = record("new", null);
    end.headers().add(IncarnationHeader.of(5));
    end.headers().add(DeletionHeader.of(77));
    around.take(end);
    around.take(request("old", 5));
    carry.pass();
    assertThat(around.producer.history())
        .extracting(CarryOverTest::key)
        .containsExactly("toys/new/~deletion/kite");
  }

  private ConsumerRecord<byte[], byte[]> request(String bundle, long over) {
    return request(bundle, over, 77);
  }

  private ConsumerRecord<byte[], byte[]> request(String bundle, long over, long deletedMs) {
    byte[] key = ("toys/" + bundle + "/~deletion/kite").getBytes(StandardCharsets.UTF_8);
    ConsumerRecord<byte[], byte[]> request = around.cold(key, null);
    request.headers().add(IncarnationHeader.of(over));
    request.headers().add(DeletionHeader.of(deletedMs));
    return request;
  }

  @Test
  void anEndGivesWayToWhatTheLineHasDecided() throws Exception {
    written.put(KITE, new WrittenRows.Text(6, 6)); // begun again, on its way
    take("old", 5);
    end("old", 5);
    carry.pass();
    assertThat(around.producer.history()).isEmpty();
  }

  private void take(String bundle, long incarnation) throws Exception {
    EmbeddingRow row =
        EmbeddingRow.newBuilder()
            .setDomain("toys")
            .setModel(bundle)
            .setItem("kite")
            .setIncarnation(incarnation)
            .setRevision(incarnation)
            .setTextVector(Vectors.int8(WordEncoder.encode("words", "red kite")))
            .setVector(Vectors.fp32(new float[] {1, 2}))
            .build();
    around.take(record(bundle, row));
  }

  private void end(String bundle, long incarnation) throws Exception {
    ConsumerRecord<byte[], byte[]> record = record(bundle, null);
    record.headers().add(IncarnationHeader.of(incarnation));
    around.take(record);
  }

  private ConsumerRecord<byte[], byte[]> record(String bundle, @Nullable EmbeddingRow row) {
    byte[] key = ("toys/" + bundle + "/kite").getBytes(StandardCharsets.UTF_8);
    return around.cold(key, row == null ? null : row.toByteArray());
  }

  private static String key(ProducerRecord<byte[], byte[]> record) {
    return new String(record.key(), StandardCharsets.UTF_8);
  }
}
