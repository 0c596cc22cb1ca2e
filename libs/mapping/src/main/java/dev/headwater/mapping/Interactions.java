package dev.headwater.mapping;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.headwater.events.PublicRecords;
import dev.headwater.events.json.Interaction;
import dev.headwater.events.json.RejectedRecordException;
import java.nio.charset.StandardCharsets;

/** Makes interactions of declared fields. */
final class Interactions {
  private final Rules rules;

  Interactions(Rules rules) {
    this.rules = rules;
  }

  /**
   * Makes one.
   *
   * @param place names the record where it names itself nowhere
   * @param suffix put behind the id that the record names
   * @param timestampMs that of the record, where it says no other
   */
  Mapped of(FieldReader in, String place, String suffix, long timestampMs)
      throws RejectedRecordException {
    ObjectNode node = JsonDecoder.JSON.createObjectNode();
    String id = in.text("event_id");
    node.put("event_id", (id == null ? place : id) + suffix);
    node.put("domain", in.required("domain"));
    node.put("user", in.required("user"));
    node.put("item", in.required("item"));
    node.put("type", in.required("type"));
    Long time = in.time("timestamp");
    if (time == null && in.fields().containsKey("timestamp")) {
      throw in.missing("timestamp");
    }
    node.put("timestamp", time == null ? timestampMs : time);
    JsonNode value = in.find("value");
    if (value != null) {
      node.put("value", Conversions.number("value", value));
    }
    String answer = in.text("recommendation_id");
    if (answer != null) {
      node.put("recommendation_id", answer);
    }
    JsonNode position = in.find("position");
    if (position != null) {
      node.put("position", Conversions.whole("position", position));
    }
    return checked(node);
  }

  private Mapped checked(ObjectNode node) throws RejectedRecordException {
    byte[] json = node.toString().getBytes(StandardCharsets.UTF_8);
    Interaction interaction = PublicRecords.parseInteraction(json, rules.latestMs());
    rules.knows(interaction.domain());
    byte[] value = interaction.toJson();
    rules.limits().interaction(bytes(interaction.key()) + value.length);
    return new Mapped(interaction.key(), value);
  }

  static int bytes(String text) {
    return text.getBytes(StandardCharsets.UTF_8).length;
  }
}
