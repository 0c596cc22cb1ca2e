package dev.headwater.jobs.rows;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assertions.assertTimeoutPreemptively;

import dev.headwater.jobs.JobsBroker;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.Future;
import java.util.stream.IntStream;
import org.apache.kafka.clients.producer.RecordMetadata;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** One reading of a topic for many domains that join at different times. */
@Timeout(120)
class SharedRowsIT {
  private static final int RECORDS = 4_000;

  @Test
  void whoJoinsGetsEachRecordOnceAndInOrderWhateverIsWrittenMeanwhile() throws Exception {
    try (JobsBroker broker = new JobsBroker();
        JobsBroker.Tenant tenant = broker.tenant("shared.", 1)) {
      String topic = tenant.topics().acceptedItems();
      List<Future<RecordMetadata>> sent = new ArrayList<>();
      send(tenant, topic, sent, 0, RECORDS / 2);
      try (SharedRows rows = new SharedRows("shared", tenant.kafka(), List.of(topic))) {
        List<Integer> early = Collections.synchronizedList(new ArrayList<>());
        List<Integer> late = Collections.synchronizedList(new ArrayList<>());
        SharedRows.Reading first = rows.follow("a", record -> early.add(number(record.value())));
        send(tenant, topic, sent, RECORDS / 2, 3 * RECORDS / 4);
        SharedRows.Reading second = rows.follow("b", record -> late.add(number(record.value())));
        send(tenant, topic, sent, 3 * RECORDS / 4, RECORDS);
        sent.forEach(tenant::await);
        assertThat(first.awaitCaughtUp(Duration.ofSeconds(30))).isTrue();
        assertThat(second.awaitCaughtUp(Duration.ofSeconds(30))).isTrue();
        await(early);
        await(late);
        second.close();
        send(tenant, topic, sent, RECORDS, RECORDS + 1);
        Awaitility.await().untilAsserted(() -> assertThat(early).hasSize(RECORDS + 1));
        assertThat(late).as("nothing after it has left").hasSize(RECORDS);
      }
    }
  }

  /** The thread that empties one domain's inbox closes another's: both waited for ever. */
  @Test
  void oneThatStandsStillKeepsNoOtherFromLeaving() throws Exception {
    try (JobsBroker broker = new JobsBroker();
        JobsBroker.Tenant tenant = broker.tenant("still.", 1)) {
      String topic = tenant.topics().acceptedItems();
      CountDownLatch begun = new CountDownLatch(1);
      CountDownLatch goOn = new CountDownLatch(1);
      try (SharedRows rows = new SharedRows("still", tenant.kafka(), List.of(topic))) {
        SharedRows.Reading full =
            rows.follow(
                "a",
                record -> {
                  begun.countDown();
                  goOn.await();
                });
        SharedRows.Reading other = rows.follow("b", record -> {});
        assertThat(full.awaitCaughtUp(Duration.ofSeconds(30))).isTrue();
        assertThat(other.awaitCaughtUp(Duration.ofSeconds(30))).isTrue();
        List<Future<RecordMetadata>> sent = new ArrayList<>();
        Awaitility.await().until(full::isLevel);
        send(tenant, topic, sent, 0, 1);
        begun.await();
        try {
          assertThat(full.isLevel()).as("while a record is being handed over").isFalse();
          assertTimeoutPreemptively(Duration.ofSeconds(10), other::close);
        } finally {
          goOn.countDown();
        }
      }
    }
  }

  private static void await(List<Integer> numbers) {
    Awaitility.await()
        .atMost(Duration.ofSeconds(30))
        .untilAsserted(() -> assertThat(numbers).hasSizeGreaterThanOrEqualTo(RECORDS));
    assertThat(numbers).isEqualTo(IntStream.range(0, RECORDS).boxed().toList());
  }

  private static void send(
      JobsBroker.Tenant tenant, String topic, List<Future<RecordMetadata>> sent, int from, int to) {
    for (int i = from; i < to; i++) {
      byte[] number = Integer.toString(i).getBytes(StandardCharsets.UTF_8);
      sent.add(tenant.begin(topic, "a/m/" + i, number));
      sent.add(tenant.begin(topic, "b/m/" + i, number));
    }
  }

  private static int number(byte[] value) {
    return Integer.parseInt(new String(value, StandardCharsets.UTF_8));
  }
}
