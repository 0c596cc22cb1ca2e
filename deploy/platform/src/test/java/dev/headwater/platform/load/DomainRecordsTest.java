package dev.headwater.platform.load;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.headwater.events.Deletion;
import dev.headwater.events.Topics;
import dev.headwater.events.json.Identifiers;
import dev.headwater.events.wire.AcceptedItem;
import dev.headwater.events.wire.HistoryEntry;
import dev.headwater.events.wire.UserHistory;
import dev.headwater.idp.data.DomainData;
import dev.headwater.idp.data.Event;
import dev.headwater.idp.data.Item;
import dev.headwater.platform.report.VerbException;
import java.util.List;
import java.util.Optional;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.common.header.internals.RecordHeaders;
import org.apache.kafka.common.record.TimestampType;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

class DomainRecordsTest {
  private static final Topics TOPICS = Topics.DEFAULT;
  private static final String DOMAIN = "shop";

  private final DomainRecords records = new DomainRecords(DOMAIN, TOPICS, 100, 5);

  @Test
  void historiesAndItemsOfTheDomainAreItsData() {
    item("b");
    item("a");
    history("zoe", 5, liked("a", 1_000), liked("b", 2_000));
    history("ann", 5, liked("b", 3_000), liked("gone", 4_000));
    records.onRecord(record(TOPICS.userHistories(), "toys/joe", 5, null));
    DomainData data = records.domain();
    assertThat(data.name()).isEqualTo(DOMAIN);
    assertThat(data.items()).extracting(Item::id).containsExactly("a", "b");
    assertThat(data.events())
        .as("an item that is in no catalog is left out")
        .containsExactly(
            new Event("ann", "b", 3), new Event("zoe", "a", 1), new Event("zoe", "b", 2));
    assertThat(records.domains()).containsExactly("shop", "toys");
    assertThat(records.historyRecords()).isEqualTo(3);
  }

  @Test
  void ofAnItemTheNewestTextStandsAndATombstoneEndsIt() {
    records.onRecord(record(TOPICS.acceptedItems(), "shop/a", 1, accepted("a", "old", 1)));
    records.onRecord(record(TOPICS.acceptedItems(), "shop/a", 2, accepted("a", "new", 1)));
    item("b");
    records.onRecord(record(TOPICS.acceptedItems(), "shop/b", 9, null));
    assertThat(records.domain().items())
        .containsExactly(new Item("a", "new", "Acme", List.of("Things")));
  }

  @Test
  void whatIsDislikedTeachesNothingHere() {
    item("a");
    item("b");
    history("ann", 5, liked("a", 1_000), liked("b", 2_000), disliked("a", 3_000));
    assertThat(records.domain().events()).containsExactly(new Event("ann", "b", 2));
  }

  /** In whatever order the topics are read, and whether ingest has carried it out yet or not. */
  @Test
  void aDeletedUserIsLeftOutAndWhoComesAgainIsNot() {
    item("a");
    delete(Deletion.Kind.USER, "before", 10);
    history("before", 10, liked("a", 1_000));
    history("after", 10, liked("a", 1_000));
    delete(Deletion.Kind.USER, "after", 10);
    history("again", 11, liked("a", 1_000));
    delete(Deletion.Kind.USER, "again", 10);
    history("tombstone", 3, liked("a", 1_000));
    records.onRecord(record(TOPICS.userHistories(), "shop/tombstone", 4, null));
    history("marked", 3, liked("a", 1_000));
    records.onRecord(
        record(
            TOPICS.userHistories(),
            "shop/marked",
            4,
            UserHistory.newBuilder().setCause(UserHistory.Cause.DELETION).build().toByteArray()));
    assertThat(records.domain().events()).extracting(Event::user).containsExactly("again");
  }

  @Test
  void aDeletedItemIsLeftOutAndOneThatBeganSinceIsNot() {
    records.onRecord(record(TOPICS.acceptedItems(), "shop/a", 12, accepted("a", "title", 10)));
    records.onRecord(record(TOPICS.acceptedItems(), "shop/b", 12, accepted("b", "title", 11)));
    delete(Deletion.Kind.ITEM, "a", 10);
    delete(Deletion.Kind.ITEM, "b", 10);
    history("ann", 5, liked("a", 1_000), liked("b", 2_000));
    assertThat(records.domain().items()).extracting(Item::id).containsExactly("b");
    assertThat(records.domain().events()).extracting(Event::item).containsExactly("b");
  }

  @Test
  void heartbeatsAndWhatCannotBeReadArePassedOver() {
    item("a");
    item(Identifiers.HEARTBEAT_PREFIX + "-0");
    history(Identifiers.HEARTBEAT_PREFIX + "-0", 1, liked("a", 1_000));
    records.onRecord(record(TOPICS.userHistories(), "shop/ann", 1, "no".getBytes(UTF_8)));
    records.onRecord(record(TOPICS.userHistories(), "nobody", 1, null));
    records.onRecord(record(TOPICS.deletions(), "shop/user/ann", 1, "no".getBytes(UTF_8)));
    assertThat(records.domain().items()).hasSize(1);
    assertThat(records.domain().events()).isEmpty();
  }

  @Test
  void whatComesAfterTheEndAsItStoodIsLeftOut() {
    item("a");
    records.onCaughtUp();
    history("ann", 5, liked("a", 1_000));
    assertThat(records.domain().events()).isEmpty();
  }

  @Test
  void aCatalogThatIsTooLargeIsRefusedWithACode() {
    for (int i = 0; i < 5; i++) {
      item("i" + i);
    }
    assertThatThrownBy(() -> item("one-more"))
        .isInstanceOf(VerbException.class)
        .hasMessage("domain shop has more than 5 items (too_many_items)");
  }

  private void item(String id) {
    records.onRecord(record(TOPICS.acceptedItems(), "shop/" + id, 1, accepted(id, "title", 1)));
  }

  private void history(String user, long writtenMs, HistoryEntry... entries) {
    UserHistory history =
        UserHistory.newBuilder()
            .setDomain(DOMAIN)
            .setUser(user)
            .setCause(UserHistory.Cause.EVENT)
            .addAllEntries(List.of(entries))
            .build();
    records.onRecord(
        record(TOPICS.userHistories(), "shop/" + user, writtenMs, history.toByteArray()));
  }

  private void delete(Deletion.Kind kind, String id, long deletedMs) {
    Deletion deletion = new Deletion(DOMAIN, kind, id, "test", 1);
    records.onRecord(record(TOPICS.deletions(), deletion.key(), deletedMs, deletion.toJson()));
  }

  private static byte[] accepted(String id, String title, long beganMs) {
    return AcceptedItem.newBuilder()
        .setDomain(DOMAIN)
        .setItem(id)
        .setTitle(title)
        .setBrand("Acme")
        .addCategories("Things")
        .setBeganMs(beganMs)
        .build()
        .toByteArray();
  }

  private static HistoryEntry liked(String item, long timeMs) {
    return HistoryEntry.newBuilder().setItem(item).setEventTimeMs(timeMs).build();
  }

  private static HistoryEntry disliked(String item, long timeMs) {
    return liked(item, timeMs).toBuilder().setWeight(-1).build();
  }

  private static ConsumerRecord<byte[], byte[]> record(
      String topic, String key, long timeMs, byte @Nullable [] value) {
    return new ConsumerRecord<>(
        topic,
        0,
        0,
        timeMs,
        TimestampType.CREATE_TIME,
        key.length(),
        value == null ? 0 : value.length,
        key.getBytes(UTF_8),
        value,
        new RecordHeaders(),
        Optional.empty());
  }
}
