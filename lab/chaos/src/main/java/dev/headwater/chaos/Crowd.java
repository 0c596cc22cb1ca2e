package dev.headwater.chaos;

import dev.headwater.client.HeadwaterClient;
import dev.headwater.client.NodeClient;
import dev.headwater.client.Timeouts;
import dev.headwater.client.Wish;
import dev.headwater.events.Keys;
import dev.headwater.events.json.Interaction;
import dev.headwater.events.kafka.KafkaSettings;
import dev.headwater.platform.report.Await;
import dev.headwater.platform.report.VerbException;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Properties;
import java.util.concurrent.atomic.AtomicInteger;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.clients.producer.ProducerConfig;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.serialization.ByteArraySerializer;

/**
 * Very many users, each with one click on an item that no catalog ever names. There is nothing to
 * learn from them, but everybody who keeps users or item ids meets them. For one thread.
 */
final class Crowd {
  /** How the ids of their clicks begin; a number follows. */
  static final String PREFIX = "crowd/";

  private static final Duration ARRIVE = Duration.ofMinutes(15);
  private static final Duration ANSWER = Duration.ofSeconds(10);
  private static final int ASKED = 8_000;
  private static final int ASKED_AT_ONCE = 50;

  private final KafkaSettings kafka;
  private final String domain;
  private final Ledger ledger;
  private int sent;

  Crowd(KafkaSettings kafka, String domain, Ledger ledger) {
    this.kafka = kafka;
    this.domain = domain;
    this.ledger = ledger;
  }

  /** Sees to it that so many have clicked, and that each click stands in a history. */
  void grow(int users) throws InterruptedException {
    AtomicInteger refused = new AtomicInteger();
    Properties settings = kafka.producer();
    settings.put(ProducerConfig.LINGER_MS_CONFIG, "20");
    settings.put(ProducerConfig.BATCH_SIZE_CONFIG, Integer.toString(256 << 10));
    try (KafkaProducer<byte[], byte[]> producer =
        new KafkaProducer<>(settings, new ByteArraySerializer(), new ByteArraySerializer())) {
      for (; sent < users; sent++) {
        var unused =
            producer.send(
                click(sent),
                (metadata, e) -> {
                  if (e != null) {
                    refused.incrementAndGet();
                  }
                });
      }
    }
    if (refused.get() > 0) {
      throw new VerbException(refused + " clicks of a crowd were not taken by the brokers");
    }
    Await.until(
        sent + " users of a crowd to have a history",
        Patience.of(ARRIVE),
        () -> ledger.crowd() == sent);
  }

  /**
   * Asks a serving node for users from all over the crowd. Where it keeps users on disk this reads
   * more blocks than the cache holds that it reads them through.
   */
  void askFor(int port) {
    HeadwaterClient node =
        NodeClient.at(URI.create("http://127.0.0.1:" + port))
            .with(Timeouts.of(ANSWER))
            .shop(domain);
    List<String> asked = new ArrayList<>();
    for (int n = 0; n < ASKED; n++) {
      asked.add(user((int) ((long) n * sent / ASKED)));
      if (asked.size() == ASKED_AT_ONCE) {
        node.forUsers(asked, Wish.of(1));
        asked.clear();
      }
    }
  }

  private static String user(int number) {
    return "crowd-" + number;
  }

  private ProducerRecord<byte[], byte[]> click(int number) {
    String user = user(number);
    Interaction click =
        Interaction.click(
            PREFIX + number, domain, user, "nowhere-" + number, System.currentTimeMillis());
    byte[] key = Keys.of(domain, user).getBytes(StandardCharsets.UTF_8);
    return new ProducerRecord<>(kafka.topics().interactions(), key, click.toJson());
  }

  /** Returns how many users there are. */
  int users() {
    return sent;
  }
}
