package dev.headwater.events;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.json.JsonMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.headwater.events.json.Identifiers;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import org.apache.kafka.common.header.Header;
import org.apache.kafka.common.header.Headers;
import org.apache.kafka.common.header.internals.RecordHeader;
import org.apache.kafka.common.header.internals.RecordHeaders;
import org.apache.kafka.common.utils.Utils;
import org.jspecify.annotations.Nullable;

/**
 * A small record that travels as real ones do, so that its age is theirs: published to a partition
 * of a public topic, it queues behind the data of that partition at every hop, and each hop adds
 * the time at which it passed.
 *
 * <p>Its form is the same in every topic: a key whose id begins with {@link
 * Identifiers#HEARTBEAT_PREFIX}, no value, and header {@value #HEADER} with one JSON object: {@code
 * path} (clicks or items), {@code node} (who published it), {@code seq}, {@code partition} (of the
 * public topic), {@code published_ms} (by that node's clock) and {@code hops} ({@code {"ingest":
 * ms, …}}, each by the clock of its hop). To a reader that does not know it, it is the tombstone of
 * something that does not exist: it changes no table, and compaction keeps one for each key.
 * Immutable.
 *
 * @param path which way it goes
 * @param node who published it: only that node judges by it, so that no two clocks need agree
 * @param seq grows by one with each heartbeat of a node, domain, path and partition
 * @param partition of the public topic, and of every topic after it
 * @param publishedMs when it was published, Unix milliseconds of the node's clock
 * @param stamps the hops it passed, in order
 */
public record Heartbeat(
    Path path, String node, long seq, int partition, long publishedMs, List<Stamp> stamps) {
  /** Name of the header that makes a record a heartbeat. */
  public static final String HEADER = "headwater.heartbeat";

  private static final int MAX_BYTES = 1024;
  private static final int MAX_NODE_CHARS = 128;
  private static final int MAX_PARTITION = 100_000;
  private static final JsonMapper JSON = new JsonMapper();

  /** Which way a heartbeat goes. */
  public enum Path {
    /** Interactions, ingest, fine-tune, store and serving. */
    CLICKS(Hop.INGEST, Hop.FINE_TUNE, Hop.STORE, Hop.SERVING, Hop.END_TO_END),
    /** Catalog, ingest, cold-start, store and serving. */
    ITEMS(Hop.INGEST, Hop.COLD_START, Hop.STORE, Hop.SERVING, Hop.END_TO_END);

    @SuppressWarnings("ImmutableEnumChecker") // a List.of
    private final List<Hop> hops;

    Path(Hop... hops) {
      this.hops = List.of(hops);
    }

    /** Returns the hops whose lag is measured, the whole path last. */
    public List<Hop> hops() {
      return hops;
    }

    /** Returns the job that this path goes through. */
    public Hop job() {
      return this == CLICKS ? Hop.FINE_TUNE : Hop.COLD_START;
    }

    /** Returns the name in records, metrics and answers. */
    public String code() {
      return name().toLowerCase(Locale.ROOT);
    }
  }

  /** Where time passes. Store and serving stand beside each other: both follow the jobs. */
  public enum Hop {
    /** From the public topic until ingest's record can be read. */
    INGEST,
    /** From there until ColdStartJob's row was sent. */
    COLD_START,
    /** From there until FineTuneJob's row was sent. */
    FINE_TUNE,
    /** From there until the model store has written the row. */
    STORE,
    /** From the job's row until it stands in this node's answers. */
    SERVING,
    /** From publishing until visible in this node's answers. */
    END_TO_END;

    /** Returns the name in records, metrics and answers. */
    public String code() {
      return name().toLowerCase(Locale.ROOT).replace('_', '-');
    }
  }

  /** A hop passed, and when by the hop's clock. */
  public record Stamp(Hop hop, long ms) {}

  /** Copies the list. */
  public Heartbeat {
    stamps = List.copyOf(stamps);
  }

  /** Returns a new heartbeat. */
  public static Heartbeat of(Path path, String node, long seq, int partition, long publishedMs) {
    return new Heartbeat(path, node, seq, partition, publishedMs, List.of());
  }

  /** Returns the same after a hop. */
  public Heartbeat passed(Hop hop, long ms) {
    List<Stamp> all = new ArrayList<>(stamps);
    all.add(new Stamp(hop, ms));
    return new Heartbeat(path, node, seq, partition, publishedMs, all);
  }

  /** Returns when it passed a hop by that hop's clock, or null when it did not yet. */
  public @Nullable Long stamp(Hop hop) {
    for (Stamp stamp : stamps) {
      if (stamp.hop() == hop) {
        return stamp.ms();
      }
    }
    return null;
  }

  /** Returns the key whose partition, as Java's clients choose it, is the given one. */
  public static String key(String domain, int partition, int partitions) {
    for (int i = 0; ; i++) {
      String key = Keys.of(domain, Identifiers.HEARTBEAT_PREFIX + "-" + i);
      int home = Utils.toPositive(Utils.murmur2(key.getBytes(StandardCharsets.UTF_8))) % partitions;
      if (home == partition) {
        return key;
      }
    }
  }

  /** Returns the domain that the key of a heartbeat names. */
  public static String domain(byte[] key) {
    String text = new String(key, StandardCharsets.UTF_8);
    int slash = text.indexOf('/');
    return slash < 0 ? text : text.substring(0, slash);
  }

  /** Returns the last part of the key of a heartbeat, in whatever topic. */
  public static String id(byte[] key) {
    String text = new String(key, StandardCharsets.UTF_8);
    return text.substring(text.lastIndexOf('/') + 1);
  }

  /** Returns the one header of its record. */
  public Headers headers() {
    return new RecordHeaders(new Header[] {new RecordHeader(HEADER, bytes())});
  }

  private byte[] bytes() {
    return text().getBytes(StandardCharsets.UTF_8);
  }

  /** Returns the header's text. */
  public String text() {
    ObjectNode node = JSON.createObjectNode();
    node.put("path", path.code()).put("node", this.node).put("seq", seq);
    node.put("partition", partition).put("published_ms", publishedMs);
    ObjectNode hops = node.putObject("hops");
    stamps.forEach(stamp -> hops.put(stamp.hop().code(), stamp.ms()));
    try {
      return JSON.writeValueAsString(node);
    } catch (JsonProcessingException e) {
      throw new UncheckedIOException(e);
    }
  }

  /** Returns the heartbeat that a record is, or null where it is none. */
  public static @Nullable Heartbeat read(
      byte @Nullable [] key, byte @Nullable [] value, Headers headers) {
    String text = textOf(key, value, headers);
    return text == null ? null : parse(text);
  }

  /** Returns the header's text where a record says that it is a heartbeat, else null. */
  public static @Nullable String textOf(
      byte @Nullable [] key, byte @Nullable [] value, Headers headers) {
    if (value != null || key == null) {
      return null;
    }
    Header header = headers.lastHeader(HEADER);
    if (header == null || header.value() == null || header.value().length > MAX_BYTES) {
      return null;
    }
    boolean reserved =
        new String(key, StandardCharsets.UTF_8).contains("/" + Identifiers.HEARTBEAT_PREFIX);
    return reserved ? new String(header.value(), StandardCharsets.UTF_8) : null;
  }

  /** Reads the header's text; null where it is not one. */
  public static @Nullable Heartbeat parse(String text) {
    try {
      JsonNode node = JSON.readTree(text);
      Path path = path(node.path("path").asText());
      String name = node.path("node").asText();
      long seq = node.path("seq").asLong(-1);
      int partition = node.path("partition").asInt(-1);
      long published = node.path("published_ms").asLong(-1);
      boolean whole = !name.isEmpty() && seq >= 0 && partition >= 0 && published >= 0;
      if (path == null || !whole || name.length() > MAX_NODE_CHARS || partition > MAX_PARTITION) {
        return null;
      }
      List<Stamp> stamps = new ArrayList<>();
      for (var hop : node.path("hops").properties()) {
        Hop passed = hop(hop.getKey());
        if (passed != null) {
          stamps.add(new Stamp(passed, hop.getValue().asLong()));
        }
      }
      return new Heartbeat(path, name, seq, partition, published, stamps);
    } catch (JsonProcessingException e) {
      return null; // somebody else's header
    }
  }

  private static @Nullable Path path(String code) {
    for (Path path : Path.values()) {
      if (path.code().equals(code)) {
        return path;
      }
    }
    return null;
  }

  private static @Nullable Hop hop(String code) {
    for (Hop hop : Hop.values()) {
      if (hop.code().equals(code)) {
        return hop;
      }
    }
    return null;
  }
}
