package dev.headwater.bench.ingest;

import dev.headwater.events.json.Interaction;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.Random;

/** Draws events: users by Zipf, items evenly, now and then a repeat or bad input. */
final class EventSource {
  private static final int ITEMS = 20_000;
  private static final int REMEMBERED = 10_000;
  private static final byte[][] BAD = {
    bytes("not json"),
    bytes("{\"event_id\":\"x\"}"),
    bytes(
        "{\"event_id\":\"x\",\"domain\":\"nowhere\",\"user\":\"u\",\"item\":\"i\","
            + "\"type\":\"click\",\"timestamp\":1}"),
    bytes(
        "{\"event_id\":\"x\",\"domain\":\"d\",\"user\":\"u\",\"item\":\"i\","
            + "\"type\":\"click\",\"timestamp\":\"soon\"}")
  };

  private final IngestBenchmarkConfig config;
  private final Random random;
  private final double[] cumulative;
  private final Sent[] remembered = new Sent[REMEMBERED];
  private final long baseMs;
  private long good;
  private long bad;
  private long repeats;

  /** A record's key and value. */
  @SuppressWarnings("ArrayRecordComponent") // bytes on their way, never compared
  record Sent(byte[] key, byte[] value) {}

  EventSource(IngestBenchmarkConfig config, long baseMs) {
    this.config = config;
    this.random = new Random(config.seed());
    this.baseMs = baseMs;
    this.cumulative = new double[config.users()];
    double sum = 0;
    for (int rank = 0; rank < cumulative.length; rank++) {
      sum += 1.0 / (rank + 1);
      cumulative[rank] = sum;
    }
  }

  /** Returns a good event of this user. */
  Sent of(int user) {
    long number = good++;
    Interaction event =
        Interaction.click(
            "event-" + number,
            config.domain(),
            "user-" + user,
            "item-" + random.nextInt(ITEMS),
            baseMs + number);
    Sent sent = new Sent(bytes(event.key()), event.toJson());
    remembered[(int) (number % REMEMBERED)] = sent;
    return sent;
  }

  /** Returns the next event of the measured part. */
  Sent next() {
    double draw = random.nextDouble();
    if (draw < config.bad()) {
      bad++;
      return new Sent(bytes(config.domain() + "/bad"), BAD[(int) (bad % BAD.length)]);
    }
    if (draw < config.bad() + config.repeats() && good > 0) {
      repeats++;
      return remembered[random.nextInt((int) Math.min(good, REMEMBERED))];
    }
    return of(user());
  }

  private int user() {
    double draw = random.nextDouble() * cumulative[cumulative.length - 1];
    int found = Arrays.binarySearch(cumulative, draw);
    return found >= 0 ? found : -found - 1;
  }

  long good() {
    return good;
  }

  long bad() {
    return bad;
  }

  long repeats() {
    return repeats;
  }

  private static byte[] bytes(String text) {
    return text.getBytes(StandardCharsets.UTF_8);
  }
}
