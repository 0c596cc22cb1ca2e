package dev.headwater.bench.ingest;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.util.HashMap;
import java.util.HashSet;
import java.util.Map;
import java.util.Set;
import org.junit.jupiter.api.Test;

/** The benchmark counts what is lost from what the source says that it sent. */
class EventSourceTest {
  private static final ObjectMapper JSON = new ObjectMapper();

  private static EventSource source(int users, double repeats, double bad, long seed) {
    return new EventSource(
        new IngestBenchmarkConfig("d", 20_000, users, 0, repeats, bad, seed), 1_000_000);
  }

  private static String text(byte[] bytes) {
    return new String(bytes, UTF_8);
  }

  @Test
  void everyEventIsCountedAsWhatItIs() throws Exception {
    EventSource source = source(50, 0.1, 0.05, 1);
    Set<String> ids = new HashSet<>();
    long repeats = 0;
    long bad = 0;
    for (int i = 0; i < 20_000; i++) {
      EventSource.Sent sent = source.next();
      if (text(sent.key()).equals("d/bad")) {
        bad++;
      } else if (!ids.add(JSON.readTree(sent.value()).path("event_id").asText())) {
        repeats++;
      }
    }
    assertThat(source.good()).isEqualTo(ids.size());
    assertThat(source.repeats()).isEqualTo(repeats);
    assertThat(source.bad()).isEqualTo(bad);
    assertThat(source.good() + source.repeats() + source.bad()).isEqualTo(20_000);
    assertThat(repeats / 20_000.0).isCloseTo(0.1, within(0.01));
    assertThat(bad / 20_000.0).isCloseTo(0.05, within(0.01));
  }

  @Test
  void aRepeatIsTheVeryRecord() throws Exception {
    EventSource source = source(10, 0.5, 0, 3);
    Map<String, String> first = new HashMap<>();
    for (int i = 0; i < 2_000; i++) {
      EventSource.Sent sent = source.next();
      String id = JSON.readTree(sent.value()).path("event_id").asText();
      String whole = text(sent.key()) + " " + text(sent.value());
      String before = first.putIfAbsent(id, whole);
      assertThat(whole).isEqualTo(before == null ? whole : before);
    }
  }

  @Test
  void aGoodEventIsWholeAndItsTimeRises() throws Exception {
    EventSource source = source(10, 0, 0, 3);
    long before = 0;
    for (int i = 0; i < 500; i++) {
      EventSource.Sent sent = source.next();
      JsonNode event = JSON.readTree(sent.value());
      assertThat(text(sent.key())).isEqualTo("d/" + event.path("user").asText());
      assertThat(event.path("item").asText()).startsWith("item-");
      assertThat(event.path("timestamp").asLong()).isGreaterThan(before);
      before = event.path("timestamp").asLong();
    }
  }

  @Test
  void usersAreDrawnByZipf() throws Exception {
    EventSource source = source(100, 0, 0, 5);
    int[] clicks = new int[100];
    for (int i = 0; i < 50_000; i++) {
      String user = text(source.next().key());
      clicks[Integer.parseInt(user.substring(user.indexOf('-') + 1))]++;
    }
    double harmonic = 0;
    for (int rank = 1; rank <= 100; rank++) {
      harmonic += 1.0 / rank;
    }
    for (int rank : new int[] {1, 2, 5, 20, 100}) {
      double share = 1 / (rank * harmonic);
      double noise = 5 * Math.sqrt(share / 50_000);
      assertThat(clicks[rank - 1] / 50_000.0).as("rank %d", rank).isCloseTo(share, within(noise));
    }
  }

  @Test
  void theSameSeedSendsTheSame() {
    EventSource one = source(50, 0.1, 0.1, 7);
    EventSource two = source(50, 0.1, 0.1, 7);
    EventSource other = source(50, 0.1, 0.1, 8);
    boolean differs = false;
    for (int i = 0; i < 500; i++) {
      byte[] value = one.next().value();
      assertThat(two.next().value()).isEqualTo(value);
      differs |= !text(other.next().value()).equals(text(value));
    }
    assertThat(differs).isTrue();
  }
}
