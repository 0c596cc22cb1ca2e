package dev.headwater.mapping;

import com.fasterxml.jackson.databind.JsonNode;
import dev.headwater.events.json.RejectedRecordException;
import org.jspecify.annotations.Nullable;

/** What a platform puts around its events. */
public enum Envelope {
  /** Nothing: the value is the event, and a record without a value deletes what its key names. */
  NONE,
  /**
   * CloudEvents 1.0, structured (one JSON object) or binary (attributes in {@code ce_} headers).
   */
  CLOUDEVENTS,
  /** Debezium's change records: the row before and after a change in a database. */
  DEBEZIUM;

  Opener opener(Target target) {
    return switch (this) {
      case NONE -> new PlainRecords(target);
      case CLOUDEVENTS -> new CloudEvents();
      case DEBEZIUM -> new Debezium(target);
    };
  }

  /** Takes an envelope off. */
  interface Opener {
    /**
     * Opens a record.
     *
     * @param decoders of its key and its value
     */
    Opened open(ForeignRecord record, Decoders decoders) throws RejectedRecordException;
  }

  /** What reads keys and values of a topic. */
  record Decoders(Decoder key, Decoder value) {
    /** Returns the key's tree, a missing node where there is no key. */
    JsonNode key(ForeignRecord record) throws RejectedRecordException {
      byte[] bytes = record.key();
      return bytes == null ? JsonDecoder.JSON.missingNode() : Debezium.payload(key.decode(bytes));
    }
  }

  /** What a record asks for. */
  enum Change {
    /** Something happened, or an item is as it says. */
    PRESENT,
    /** The item is no more. */
    DELETED,
    /** Nothing here. */
    NONE
  }

  /**
   * What was in it.
   *
   * @param change what it asks for
   * @param value in which paths are looked up
   * @param key where they are looked up as well, null for nowhere
   * @param why it is nothing, for a person; empty otherwise
   */
  record Opened(Change change, JsonNode value, @Nullable JsonNode key, String why) {
    static Opened present(JsonNode value) {
      return new Opened(Change.PRESENT, value, null, "");
    }

    static Opened deleted(JsonNode value, JsonNode key) {
      return new Opened(Change.DELETED, value, key, "");
    }

    static Opened nothing(String why) {
      return new Opened(Change.NONE, JsonDecoder.JSON.missingNode(), null, why);
    }
  }
}
