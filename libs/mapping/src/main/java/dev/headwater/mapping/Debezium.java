package dev.headwater.mapping;

import com.fasterxml.jackson.databind.JsonNode;
import dev.headwater.events.json.ReasonCode;
import dev.headwater.events.json.RejectedRecordException;

/**
 * Debezium's change records, with or without the schema that Kafka Connect's JSON converter puts
 * beside them. Created, updated and read by a snapshot: the row after the change is the item.
 * Deleted: the item is no more; where the database keeps no row before a change, the record's key
 * names it. The tombstone that follows a deletion says nothing new. Of interactions, whose rows
 * nobody changes, rows that come count and changed ones do not.
 */
final class Debezium implements Envelope.Opener {
  private final Target target;

  Debezium(Target target) {
    this.target = target;
  }

  @Override
  public Envelope.Opened open(ForeignRecord record, Envelope.Decoders decoders)
      throws RejectedRecordException {
    byte[] bytes = record.value();
    if (bytes == null) {
      return Envelope.Opened.nothing("the tombstone after a deletion");
    }
    JsonNode change = payload(decoders.value().decode(bytes));
    String operation = change.path("op").asText();
    return switch (operation) {
      case "c", "r" -> Envelope.Opened.present(row(change, "after"));
      case "u" ->
          target == Target.CATALOG
              ? Envelope.Opened.present(row(change, "after"))
              : Envelope.Opened.nothing("a changed row of interactions");
      case "d" ->
          target == Target.CATALOG
              ? Envelope.Opened.deleted(change.path("before"), decoders.key(record))
              : Envelope.Opened.nothing("a deleted row of interactions");
      case "m" -> Envelope.Opened.nothing("a message of the database");
      case "t" ->
          throw new RejectedRecordException(
              ReasonCode.INVALID_VALUE, "op t: a truncated table names no item that is gone");
      default ->
          throw new RejectedRecordException(
              ReasonCode.WRONG_FORMAT, "no change record: op is '" + operation + "'");
    };
  }

  private static JsonNode row(JsonNode change, String name) throws RejectedRecordException {
    JsonNode row = change.path(name);
    if (!row.isObject()) {
      throw new RejectedRecordException(
          ReasonCode.WRONG_FORMAT, "a change record without the row in '" + name + "'");
    }
    return row;
  }

  /** Takes off what Kafka Connect's JSON converter puts around a key or value. */
  static JsonNode payload(JsonNode tree) {
    boolean isConnect = tree.isObject() && tree.size() == 2 && tree.has("schema");
    return isConnect && tree.has("payload") ? tree.path("payload") : tree;
  }
}
