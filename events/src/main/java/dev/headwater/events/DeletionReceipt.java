package dev.headwater.events;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.json.JsonMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * What a hop writes to topic {@code deletion-receipts} when a user or item is gone from it. The
 * topic is compacted and each hop has a key of its own, and each node where a hop has several that
 * hold all of it, so that the last receipt of every one stays. A hop that starts again and finds
 * the subject still absent may confirm it once more.
 *
 * @param hop which part, lower case, without slash: {@link #INGEST}, {@link #DEAD_LETTERS}, {@link
 *     #COLD_START}, {@link #FINE_TUNE}, {@link #MODEL_STORE}, {@link #SERVING}
 * @param node which one, without slash, where every node of the hop answers for itself; else empty
 * @param domain the domain
 * @param kind user or item
 * @param id the user or the item
 * @param deletedMs publish time of the deletion that is answered, Unix milliseconds
 * @param absentMs when the hop had nothing left of it
 * @param details what the hop says beyond, as further fields of the value; not read back
 */
public record DeletionReceipt(
    String hop,
    String node,
    String domain,
    Deletion.Kind kind,
    String id,
    long deletedMs,
    long absentMs,
    Map<String, Object> details) {
  /** Ingest: stores, {@code user-histories}, {@code catalog.accepted}. */
  public static final String INGEST = "ingest";

  /** The dead letters of a user. */
  public static final String DEAD_LETTERS = "dead-letters";

  /** ColdStartJob. */
  public static final String COLD_START = "cold-start";

  /** FineTuneJob. */
  public static final String FINE_TUNE = "fine-tune";

  /** The model store. */
  public static final String MODEL_STORE = "model-store";

  /** A serving node. */
  public static final String SERVING = "serving";

  private static final JsonMapper JSON = new JsonMapper();

  /** Keeps the order of the details. */
  public DeletionReceipt {
    details = Collections.unmodifiableMap(new LinkedHashMap<>(details));
  }

  /** A receipt without details. */
  public DeletionReceipt(
      String hop, String domain, Deletion.Kind kind, String id, long deletedMs, long absentMs) {
    this(hop, "", domain, kind, id, deletedMs, absentMs, Map.of());
  }

  /** A receipt with details, of a hop that answers once. */
  public DeletionReceipt(
      String hop,
      String domain,
      Deletion.Kind kind,
      String id,
      long deletedMs,
      long absentMs,
      Map<String, Object> details) {
    this(hop, "", domain, kind, id, deletedMs, absentMs, details);
  }

  /** Returns the same as one node's own; a slash in its name becomes a hyphen. */
  public DeletionReceipt ofNode(String name) {
    return new DeletionReceipt(hop, named(name), domain, kind, id, deletedMs, absentMs, details);
  }

  /** Returns the receipt of a hop for {@code domain/ID}. */
  public static DeletionReceipt of(
      String hop, Deletion.Kind kind, Keys.DomainKey subject, long deletedMs, long absentMs) {
    return new DeletionReceipt(hop, subject.domain(), kind, subject.id(), deletedMs, absentMs);
  }

  /**
   * Returns the record key, {@code hop/domain/user/ID} or {@code hop/domain/item/ID}; a node's own
   * begins with {@code hop@node}.
   */
  public String key() {
    String begin = node.isEmpty() ? hop + "/" : nodeKeys(hop, node);
    return begin + new DeletionSubject(domain, kind, id).key();
  }

  /** Returns how the keys of a node's own receipts begin. */
  public static String nodeKeys(String hop, String node) {
    return hop + "@" + named(node) + "/";
  }

  private static String named(String node) {
    return node.replace('/', '-');
  }

  /** Returns the record value. */
  public byte[] toJson() {
    ObjectNode json = JSON.createObjectNode();
    json.put("hop", hop);
    if (!node.isEmpty()) {
      json.put("node", node);
    }
    json.put("domain", domain);
    json.put(kind.code(), id);
    json.put("erased_ms", deletedMs);
    json.put("absent_ms", absentMs);
    details.forEach((name, value) -> json.set(name, JSON.valueToTree(value)));
    try {
      return JSON.writeValueAsBytes(json);
    } catch (JsonProcessingException e) {
      throw new UncheckedIOException(e);
    }
  }

  /** Reads a record value, or returns null when it is not that of a receipt. */
  public static @Nullable DeletionReceipt parse(byte[] value) {
    try {
      JsonNode json = JSON.readTree(value);
      for (Deletion.Kind kind : Deletion.Kind.values()) {
        String id = kind.code();
        if (json.hasNonNull("hop") && json.hasNonNull("domain") && json.hasNonNull(id)) {
          return new DeletionReceipt(
              json.get("hop").asText(),
              json.path("node").asText(),
              json.get("domain").asText(),
              kind,
              json.get(id).asText(),
              json.path("erased_ms").asLong(),
              json.path("absent_ms").asLong(),
              Map.of());
        }
      }
      return null;
    } catch (IOException e) {
      return null;
    }
  }
}
