package dev.headwater.store;

import static org.assertj.core.api.Assertions.assertThat;

import dev.headwater.events.Topics;
import dev.headwater.store.cycle.ItemDeletion;
import dev.headwater.store.cycle.JournalEntry;
import java.util.List;
import java.util.Map;
import org.apache.kafka.clients.producer.RecordMetadata;
import org.apache.kafka.common.TopicPartition;
import org.junit.jupiter.api.Test;

class JournalWriterTest {
  private static final JournalEntry.Deed DELETED =
      new JournalEntry.Deed(
          JournalEntry.Kind.DELETED, null, new ItemDeletion("toys", "a", 5, "sre"), null);

  private final JournalWriter journal = new JournalWriter("n1", Topics.DEFAULT, 7);

  private static RecordMetadata at(String topic, int partition, long offset) {
    return at(topic, partition, offset, 100);
  }

  private static RecordMetadata at(String topic, int partition, long offset, int valueSize) {
    return new RecordMetadata(new TopicPartition(topic, partition), offset, 0, 0, 0, valueSize);
  }

  @Test
  void whatWaitsIsWrittenOnceAndInOrder() {
    journal.note(DELETED, Map.of("cold/0", 3L));
    journal.progress(Map.of("cold/0", 4L));
    List<JournalEntry> first = journal.waiting();
    assertThat(first)
        .extracting(each -> each.deed().kind())
        .containsExactly(JournalEntry.Kind.DELETED, JournalEntry.Kind.PROGRESS);
    journal.progress(Map.of("cold/0", 9L)); // beside the transaction
    journal.written(first);
    assertThat(journal.waiting())
        .extracting(JournalEntry::offsets)
        .containsExactly(Map.of("cold/0", 9L));
    journal.written(journal.waiting());
    assertThat(journal.waiting()).isEmpty();
  }

  @Test
  void whatWasNotCommittedDoesNotCount() {
    journal.appended(at(Topics.DEFAULT.announcements(), 0, 20));
    journal.appended(at(Topics.DEFAULT.rollbackRows(), 1, 30));
    journal.aborted();
    journal.note(DELETED, Map.of());
    assertThat(journal.waiting().get(0).announced()).isEqualTo(7);
    assertThat(journal.waiting().get(0).offsets()).isEmpty();
  }

  /** The primary's own table has what it puts among rollbacks at once, before it reads it. */
  @Test
  void rowsAmongThoseOfRollbacksCountFromTheirCommitOn() {
    journal.appended(at(Topics.DEFAULT.announcements(), 0, 20));
    journal.appended(at(Topics.DEFAULT.rollbackRows(), 1, 30));
    journal.written(List.of());
    String partition = Topics.DEFAULT.rollbackRows() + "/1";
    journal.note(DELETED, Map.of(partition, 12L));
    assertThat(journal.waiting().get(0).announced()).isEqualTo(21);
    assertThat(journal.waiting().get(0).offsets()).containsEntry(partition, 31L);
  }

  @Test
  void whatIsEndedCountsWhenItIsRead() {
    journal.appended(at(Topics.DEFAULT.rollbackRows(), 1, 30, -1));
    journal.written(List.of());
    journal.note(DELETED, Map.of());
    assertThat(journal.waiting().get(0).offsets()).isEmpty();
  }

  @Test
  void withoutBrokersOneProgressIsEnough() {
    journal.progress(Map.of());
    journal.progress(Map.of("cold/0", 1L));
    assertThat(journal.waiting()).hasSize(1);
    assertThat(journal.waiting().get(0).offsets()).containsEntry("cold/0", 1L);
  }
}
