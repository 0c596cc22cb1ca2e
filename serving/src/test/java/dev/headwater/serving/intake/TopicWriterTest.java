package dev.headwater.serving.intake;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.Future;
import org.apache.kafka.clients.producer.Callback;
import org.apache.kafka.clients.producer.MockProducer;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.clients.producer.RecordMetadata;
import org.apache.kafka.common.errors.RecordTooLargeException;
import org.apache.kafka.common.errors.TimeoutException;
import org.apache.kafka.common.serialization.ByteArraySerializer;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

/** While no broker answers, one record in a second waits for it, and all others fail at once. */
class TopicWriterTest {
  private static final long BLOCK_NS = 500_000_000L;
  private static final long SECOND_NS = 1_000_000_000L;

  private long nanos = Long.MAX_VALUE - BLOCK_NS; // it runs over
  private final Blocking producer = new Blocking();
  private final TopicWriter writer = new TopicWriter(producer, () -> nanos);

  /** As Kafka's: it holds the caller, then calls back on the caller's thread. */
  private final class Blocking extends MockProducer<byte[], byte[]> {
    private @Nullable RuntimeException refusal = new TimeoutException("no metadata");
    private int asked;

    Blocking() {
      super(true, null, new ByteArraySerializer(), new ByteArraySerializer());
    }

    @Override
    public synchronized Future<RecordMetadata> send(
        ProducerRecord<byte[], byte[]> record, Callback callback) {
      asked++;
      RuntimeException why = refusal;
      if (why == null) {
        return super.send(record, callback);
      }
      nanos += why instanceof TimeoutException ? BLOCK_NS : 0;
      callback.onCompletion(null, why);
      return CompletableFuture.failedFuture(why);
    }
  }

  private void appended(int records) {
    for (int i = 0; i < records; i++) {
      var unused = writer.append("t", "k" + i, new byte[1]);
    }
  }

  private void failing(int records) {
    for (int i = 0; i < records; i++) {
      assertThat(writer.append("t", "k", new byte[1])).isCompletedExceptionally();
    }
  }

  @Test
  void whatFollowsARecordThatHeldItsCallerFailsAtOnceForASecond() {
    failing(500);
    assertThat(producer.asked).isEqualTo(1);
    nanos += SECOND_NS - 1;
    failing(500);
    assertThat(producer.asked).isEqualTo(1);
    nanos += 1;
    failing(500);
    assertThat(producer.asked).as("one tries").isEqualTo(2);
  }

  @Test
  void onceABrokerAnswersAllIsTaken() {
    failing(2);
    producer.refusal = null;
    nanos += SECOND_NS;
    appended(3);
    assertThat(producer.history()).hasSize(3);
  }

  @Test
  void aRecordThatIsRefusedForItselfHoldsNobodyBack() {
    producer.refusal = new RecordTooLargeException("large");
    failing(3);
    assertThat(producer.asked).isEqualTo(3);
  }

  @Test
  void whatNobodySendsAgainTriesAllTheSame() {
    failing(2);
    for (String key : List.of("a", "b")) {
      assertThat(writer.insist("t", key, new byte[1])).isCompletedExceptionally();
    }
    assertThat(producer.asked).isEqualTo(3);
  }
}
