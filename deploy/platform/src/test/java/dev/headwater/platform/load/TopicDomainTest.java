package dev.headwater.platform.load;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.headwater.events.Topics;
import dev.headwater.events.wire.AcceptedItem;
import dev.headwater.events.wire.HistoryEntry;
import dev.headwater.events.wire.UserHistory;
import dev.headwater.platform.report.VerbException;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.junit.jupiter.api.Test;

/** What a domain of topics is, and by which code it is said that there is none. */
class TopicDomainTest {
  private static final Topics TOPICS = new Topics("acme.");

  private final DomainRecords records = new DomainRecords("shop", TOPICS, 100, 100);

  @Test
  void aTopicWithoutHistoriesIsNamed() {
    item("shop", "a");
    assertFails("topic acme.user-histories holds no history", "(empty_topic)");
  }

  @Test
  void anUnknownDomainIsToldWhichThereAre() {
    history("toys", "ann", "a");
    item("books", "b");
    assertFails("of domain 'shop'", "there are: books, toys (unknown_domain)");
  }

  @Test
  void aDomainWhoseHistoriesNameNoItemOfItsCatalogIsTooLittle() {
    history("shop", "ann", "gone");
    item("shop", "a");
    assertFails("domain shop", "(too_few_events)");
  }

  @Test
  void usersAreCountedOnce() {
    history("shop", "ann", "a", "b");
    history("shop", "bob", "b");
    item("shop", "a");
    item("shop", "b");
    TopicDomain found = TopicDomain.of("shop", records, TOPICS);
    assertThat(found.users()).isEqualTo(2);
    assertThat(found.data().events()).hasSize(3);
    assertThat(found.oneIn()).isEqualTo(1);
  }

  private void assertFails(String... parts) {
    assertThatThrownBy(() -> TopicDomain.of("shop", records, TOPICS))
        .isInstanceOf(VerbException.class)
        .hasMessageContainingAll(parts);
  }

  private void item(String domain, String id) {
    AcceptedItem item = AcceptedItem.newBuilder().setTitle("title").build();
    take(TOPICS.acceptedItems(), domain + "/" + id, item.toByteArray());
  }

  private void history(String domain, String user, String... items) {
    UserHistory.Builder history = UserHistory.newBuilder();
    for (String item : items) {
      history.addEntries(HistoryEntry.newBuilder().setItem(item));
    }
    take(TOPICS.userHistories(), domain + "/" + user, history.build().toByteArray());
  }

  private void take(String topic, String key, byte[] value) {
    records.onRecord(new ConsumerRecord<>(topic, 0, 0, key.getBytes(UTF_8), value));
  }
}
