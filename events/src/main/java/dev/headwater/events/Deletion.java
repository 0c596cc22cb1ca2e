package dev.headwater.events;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.json.JsonMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.headwater.events.json.Identifiers;
import dev.headwater.events.json.ReasonCode;
import dev.headwater.events.json.RejectedRecordException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.util.Locale;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.jspecify.annotations.Nullable;

/**
 * A request to delete one user or one item of a domain, as published on topic {@code deletions}
 * (JSON Schema {@code deletion.schema.json}). What counts is the record's publish time, {@code
 * deleted_ms} everywhere downstream: what was published or happened until then stays deleted,
 * however often it is sent again; what comes later begins again.
 *
 * @param domain the domain
 * @param kind user or item
 * @param id the user or the item
 * @param requestedBy who asked, for the record
 * @param requestedAtMs when, Unix milliseconds, for the record
 */
public record Deletion(
    String domain, Kind kind, String id, String requestedBy, long requestedAtMs) {
  private static final JsonMapper JSON = new JsonMapper();
  private static final CheckedJson SCHEMA = new CheckedJson(PublicRecords.deletionSchema());

  /** What is deleted. */
  public enum Kind {
    /** All that is known of a user. */
    USER,
    /** An item, its row and what it learned. */
    ITEM;

    /** Returns the kind as it stands in keys and values. */
    public String code() {
      return name().toLowerCase(Locale.ROOT);
    }
  }

  /** Returns the record key, {@code domain/user/ID} or {@code domain/item/ID}. */
  public String key() {
    return about().key();
  }

  /** Returns the key {@code domain/ID} by which the other topics know the user or item. */
  public String subject() {
    return about().domainKey();
  }

  /** Returns what it is about. */
  public DeletionSubject about() {
    return new DeletionSubject(domain, kind, id);
  }

  /**
   * Reads a record of {@code deletions}.
   *
   * @return null for a tombstone, which asks for nothing
   * @throws RejectedRecordException when it does not meet the contract: ingest makes a dead letter
   *     of it, and no hop acts on it
   */
  public static @Nullable Deletion read(ConsumerRecord<byte[], byte[]> record)
      throws RejectedRecordException {
    if (record.value() == null) {
      return null;
    }
    return parse(text(record.key()), record.value());
  }

  private static String text(byte @Nullable [] key) {
    return key == null ? "" : new String(key, StandardCharsets.UTF_8);
  }

  /**
   * Reads a request. When it says that it was asked for is for the record: any time is taken, for
   * what one hop carries out, another must not refuse.
   *
   * @param key the record's key as text
   * @param value the record's value
   * @throws RejectedRecordException when it does not meet the contract
   */
  public static Deletion parse(String key, byte[] value) throws RejectedRecordException {
    JsonNode node = SCHEMA.read(value);
    boolean user = node.hasNonNull("user");
    if (user == node.hasNonNull("item")) {
      throw new RejectedRecordException(
          user ? ReasonCode.INVALID_VALUE : ReasonCode.MISSING_FIELD,
          "a deletion names either user or item");
    }
    Kind kind = user ? Kind.USER : Kind.ITEM;
    Deletion deletion =
        new Deletion(
            Identifiers.domain(node.get("domain").textValue()),
            kind,
            Identifiers.checked(kind.code(), node.get(kind.code()).textValue()),
            CheckedJson.text(node, "requested_by"),
            PublicRecords.timestamp(node.get("requested_at"), Long.MAX_VALUE));
    if (!deletion.key().equals(key)) {
      throw new RejectedRecordException(
          ReasonCode.KEY_MISMATCH, "the key must read '" + deletion.key() + "' as the value says");
    }
    return deletion;
  }

  /** Returns the record value. */
  public byte[] toJson() {
    ObjectNode node = JSON.createObjectNode();
    node.put("domain", domain);
    node.put(kind.code(), id);
    node.put("requested_by", requestedBy);
    node.put("requested_at", requestedAtMs);
    try {
      return JSON.writeValueAsBytes(node);
    } catch (JsonProcessingException e) {
      throw new UncheckedIOException(e);
    }
  }
}
