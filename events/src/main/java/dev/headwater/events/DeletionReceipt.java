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
 * topic is compacted and each hop has a key of its own, so the last receipt of every hop stays. A
 * hop that starts again and finds the subject still absent may confirm it once more.
 *
 * @param hop which part, lower case, without slash: {@link #INGEST}, {@link #DEAD_LETTERS}, {@link
 *     #COLD_START}, {@link #FINE_TUNE}, {@link #MODEL_STORE}, {@link #SERVING}
 * @param domain the domain
 * @param kind user or item
 * @param id the user or the item
 * @param deletedMs publish time of the deletion that is answered, Unix milliseconds
 * @param absentMs when the hop had nothing left of it
 * @param details what the hop says beyond, as further fields of the value; not read back
 */
public record DeletionReceipt(
    String hop,
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
    this(hop, domain, kind, id, deletedMs, absentMs, Map.of());
  }

  /** Returns the receipt of a hop for {@code domain/ID}. */
  public static DeletionReceipt of(
      String hop, Deletion.Kind kind, Keys.DomainKey subject, long deletedMs, long absentMs) {
    return new DeletionReceipt(hop, subject.domain(), kind, subject.id(), deletedMs, absentMs);
  }

  /** Returns the record key, {@code hop/domain/user/ID} or {@code hop/domain/item/ID}. */
  public String key() {
    return hop + "/" + new DeletionSubject(domain, kind, id).key();
  }

  /** Returns the record value. */
  public byte[] toJson() {
    ObjectNode node = JSON.createObjectNode();
    node.put("hop", hop);
    node.put("domain", domain);
    node.put(kind.code(), id);
    node.put("erased_ms", deletedMs);
    node.put("absent_ms", absentMs);
    details.forEach((name, value) -> node.set(name, JSON.valueToTree(value)));
    try {
      return JSON.writeValueAsBytes(node);
    } catch (JsonProcessingException e) {
      throw new UncheckedIOException(e);
    }
  }

  /** Reads a record value, or returns null when it is not that of a receipt. */
  public static @Nullable DeletionReceipt parse(byte[] value) {
    try {
      JsonNode node = JSON.readTree(value);
      for (Deletion.Kind kind : Deletion.Kind.values()) {
        String id = kind.code();
        if (node.hasNonNull("hop") && node.hasNonNull("domain") && node.hasNonNull(id)) {
          return new DeletionReceipt(
              node.get("hop").asText(),
              node.get("domain").asText(),
              kind,
              node.get(id).asText(),
              node.path("erased_ms").asLong(),
              node.path("absent_ms").asLong());
        }
      }
      return null;
    } catch (IOException e) {
      return null;
    }
  }
}
