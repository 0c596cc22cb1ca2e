package dev.headwater.events;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.headwater.events.json.ReasonCode;
import dev.headwater.events.json.RejectedRecordException;
import java.nio.charset.StandardCharsets;
import java.util.Map;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.common.header.internals.RecordHeaders;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class DeletionTest {
  private static final long NOW = 1_760_000_000_000L;

  @Test
  void readsBackWhatItWrote() throws Exception {
    for (Deletion.Kind kind : Deletion.Kind.values()) {
      Deletion deletion = new Deletion("toys", kind, "ü/1", "support", 5);
      assertThat(Deletion.parse(deletion.key(), deletion.toJson())).isEqualTo(deletion);
    }
    assertThat(new Deletion("toys", Deletion.Kind.USER, "u/1", "x", 5).key())
        .isEqualTo("toys/user/u/1");
    assertThat(new Deletion("toys", Deletion.Kind.ITEM, "i", "x", 5).subject()).isEqualTo("toys/i");
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "toys/user/u|hello|NOT_JSON",
        "toys/user/u|{'domain':'toys','requested_by':'x','requested_at':5}|MISSING_FIELD",
        "toys/user/u|{'domain':'toys','user':'u','requested_at':5}|MISSING_FIELD",
        "toys/user/u|{'domain':'toys','user':'u','item':'i','requested_by':'x','requested_at':5}"
            + "|INVALID_VALUE",
        "toys/user/u|{'domain':'toys','user':7,'requested_by':'x','requested_at':5}|WRONG_TYPE",
        "toys/user/u|{'domain':'toys','user':'','requested_by':'x','requested_at':5}|EMPTY_ID",
        "toys/u|{'domain':'toys','user':'u','requested_by':'x','requested_at':5}|KEY_MISMATCH",
        "toys/item/u|{'domain':'toys','user':'u','requested_by':'x','requested_at':5}|KEY_MISMATCH",
        "toys/user/u|{'domain':'toys','user':'u','requested_by':'x','requested_at':'soon'}"
            + "|WRONG_TYPE",
        "toys/user/u|{'domain':'toys','user':'u','requested_by':'x',"
            + "'requested_at':99999999999999999999}|TIMESTAMP_IN_FUTURE",
      })
  void refusesWhatDoesNotMeetTheContract(String key, String json, ReasonCode reason) {
    byte[] value = json.replace('\'', '"').getBytes(StandardCharsets.UTF_8);
    assertThatThrownBy(() -> Deletion.parse(key, value))
        .isInstanceOfSatisfying(
            RejectedRecordException.class, e -> assertThat(e.reason()).isEqualTo(reason));
  }

  /** It is for the record: what one hop refused for it, others had carried out. */
  @Test
  void aTimeOfAskingThatLiesAheadIsTaken() throws Exception {
    Deletion deletion = new Deletion("toys", Deletion.Kind.USER, "u", "x", NOW * 1_000);
    assertThat(Deletion.parse(deletion.key(), deletion.toJson())).isEqualTo(deletion);
  }

  @ParameterizedTest
  @ValueSource(
      strings = {"", "toys", "toys/u", "toys/user", "toys/user/", "/user/u", "toys/users/u"})
  void refusesAKeyThatIsAboutNobody(String key) {
    assertThatThrownBy(() -> DeletionSubject.parse(key))
        .isInstanceOfSatisfying(
            RejectedRecordException.class,
            e -> assertThat(e.reason()).isEqualTo(ReasonCode.KEY_MISMATCH));
  }

  @Test
  void aSubjectReadsBackItsKey() throws Exception {
    DeletionSubject item = DeletionSubject.parse("toys/item/a/user/b");
    assertThat(item).isEqualTo(new DeletionSubject("toys", Deletion.Kind.ITEM, "a/user/b"));
    assertThat(item.key()).isEqualTo("toys/item/a/user/b");
    assertThat(item.domainKey()).isEqualTo("toys/a/user/b");
  }

  @Test
  void aTombstoneAsksForNothingAndAMissingKeyIsRefused() throws Exception {
    Deletion deletion = new Deletion("toys", Deletion.Kind.USER, "u", "x", NOW);
    byte[] key = deletion.key().getBytes(StandardCharsets.UTF_8);
    assertThat(Deletion.read(record(key, null))).isNull();
    assertThat(Deletion.read(record(key, deletion.toJson()))).isEqualTo(deletion);
    assertThatThrownBy(() -> Deletion.read(record(null, deletion.toJson())))
        .isInstanceOf(RejectedRecordException.class);
    assertThatThrownBy(() -> Deletion.read(record(key, new byte[] {'{', '}'})))
        .isInstanceOf(RejectedRecordException.class);
  }

  private static ConsumerRecord<byte[], byte[]> record(
      byte @Nullable [] key, byte @Nullable [] value) {
    return new ConsumerRecord<>("deletions", 0, 7, key, value);
  }

  @Test
  void everyHopHasAReceiptOfItsOwn() throws Exception {
    DeletionReceipt receipt =
        DeletionReceipt.of(
            DeletionReceipt.INGEST, Deletion.Kind.USER, Keys.parse("toys/ü/1"), 3, 4);
    assertThat(receipt.key()).isEqualTo("ingest/toys/user/ü/1");
    assertThat(DeletionReceipt.parse(receipt.toJson())).isEqualTo(receipt);
    assertThat(DeletionReceipt.parse("{}".getBytes(StandardCharsets.UTF_8))).isNull();
    assertThat(DeletionReceipt.parse(new byte[] {1})).isNull();
    DeletionReceipt more =
        new DeletionReceipt(
            DeletionReceipt.MODEL_STORE,
            "toys",
            Deletion.Kind.ITEM,
            "i",
            3,
            4,
            Map.of("hops_ms", Map.of("snapshots", 4)));
    assertThat(new String(more.toJson(), StandardCharsets.UTF_8))
        .endsWith("\"absent_ms\":4,\"hops_ms\":{\"snapshots\":4}}");
    assertThat(DeletionReceipt.parse(more.toJson()))
        .isEqualTo(new DeletionReceipt("model-store", "toys", Deletion.Kind.ITEM, "i", 3, 4));
  }

  @Test
  void everyNodeOfAHopHasAReceiptOfItsOwn() {
    DeletionReceipt one =
        new DeletionReceipt(DeletionReceipt.SERVING, "toys", Deletion.Kind.USER, "u", 3, 4)
            .ofNode("host/1a");
    assertThat(one.key()).isEqualTo("serving@host-1a/toys/user/u");
    assertThat(one.ofNode("host/1b").key()).isNotEqualTo(one.key());
    assertThat(DeletionReceipt.parse(one.toJson())).isEqualTo(one);
    assertThat(new String(one.toJson(), StandardCharsets.UTF_8))
        .startsWith("{\"hop\":\"serving\",\"node\":\"host-1a\",\"domain\"");
  }

  @Test
  void aDeletionIsToldFromAWithdrawalByItsHeader() {
    RecordHeaders headers = new RecordHeaders();
    assertThat(DeletionHeader.read(headers)).isZero();
    headers.add(DeletionHeader.of(NOW));
    assertThat(DeletionHeader.read(headers)).isEqualTo(NOW);
    headers.add(DeletionHeader.NAME, new byte[] {'x'});
    assertThat(DeletionHeader.read(headers)).isZero();
  }

  @Test
  void aTombstoneNamesTheIncarnationThatItEnds() {
    RecordHeaders headers = new RecordHeaders();
    assertThat(IncarnationHeader.read(headers)).isEqualTo(IncarnationHeader.NONE);
    headers.add(IncarnationHeader.of(0));
    assertThat(IncarnationHeader.read(headers)).isZero();
    headers.add(IncarnationHeader.NAME, new byte[] {'x'});
    assertThat(IncarnationHeader.read(headers)).isEqualTo(IncarnationHeader.NONE);
    headers.add(IncarnationHeader.of(-7));
    assertThat(IncarnationHeader.read(headers)).isEqualTo(IncarnationHeader.NONE);
  }
}
