package dev.headwater.jobs.coldstart;

import dev.headwater.jobs.coldstart.ItemDecisions.Decision;
import dev.headwater.jobs.coldstart.ItemDecisions.Request;
import dev.headwater.jobs.kafka.KafkaPorts;
import dev.headwater.jobs.kafka.OutRecord;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.Future;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.producer.Producer;
import org.apache.kafka.common.KafkaException;
import org.apache.kafka.common.errors.InterruptException;

/**
 * Makes the rows of items that the job's own source has passed by: those accepted before their
 * domain had a bundle, and those left aside because a domain sent more than its share. They are
 * read once more from {@code catalog.accepted}, and decided about as if they came now; an item
 * whose row is there costs nothing. For one thread.
 */
final class FirstItems implements AutoCloseable {
  private static final int BATCH = 32;

  private final Surroundings around;
  private final ItemDecisions decisions;
  private final Producer<byte[], byte[]> producer;
  private final List<Request> requests = new ArrayList<>();
  private final List<Future<?>> sent = new ArrayList<>();

  FirstItems(Surroundings around, ItemDecisions decisions) {
    this.around = around;
    this.decisions = decisions;
    producer = around.producer();
  }

  /** Reads the items of some domains; throws where a row could not be sent. */
  void run(Set<String> domains) {
    requests.clear();
    sent.clear();
    around.readWhole(
        around.topics().acceptedItems(),
        record -> {
          if (isOf(domains, record)) {
            take(record);
          }
        });
    encode();
    producer.flush();
    for (Future<?> each : sent) {
      requireSent(each);
    }
  }

  private static void requireSent(Future<?> each) {
    try {
      each.get();
    } catch (ExecutionException e) {
      throw new KafkaException("a row could not be sent", e);
    } catch (InterruptedException e) {
      throw new InterruptException(e);
    }
  }

  private static boolean isOf(Set<String> domains, ConsumerRecord<byte[], byte[]> record) {
    byte[] key = record.key();
    for (int i = 0; key != null && i < key.length; i++) {
      if (key[i] == '/') {
        return domains.contains(new String(key, 0, i, StandardCharsets.UTF_8));
      }
    }
    return false;
  }

  private void take(ConsumerRecord<byte[], byte[]> record) {
    Decision decision = decisions.decideLate(KafkaPorts.read(record));
    Request request = decision.request();
    if (request == null) {
      decision.answer().forEach(this::send);
      return;
    }
    if (!requests.isEmpty() && !requests.get(0).line().equals(request.line())) {
      encode();
    }
    requests.add(request);
    if (requests.size() >= BATCH) {
      encode();
    }
  }

  private void encode() {
    if (!requests.isEmpty()) {
      decisions.encode(requests.get(0).line(), List.copyOf(requests)).forEach(this::send);
      requests.clear();
    }
  }

  private void send(OutRecord out) {
    sent.add(producer.send(KafkaPorts.write(out)));
  }

  @Override
  public void close() {
    try {
      producer.close(Duration.ZERO);
    } catch (InterruptException e) {
      Thread.currentThread().interrupt();
    }
  }
}
