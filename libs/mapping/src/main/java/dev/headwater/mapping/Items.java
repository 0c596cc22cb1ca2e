package dev.headwater.mapping;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.headwater.events.Keys;
import dev.headwater.events.PublicRecords;
import dev.headwater.events.json.CatalogItem;
import dev.headwater.events.json.Identifiers;
import dev.headwater.events.json.RejectedRecordException;
import java.nio.charset.StandardCharsets;
import java.util.Map;

/** Makes catalog records of declared fields. */
final class Items {
  private final Rules rules;
  private final Map<String, FieldMapping> attributes;

  Items(Rules rules, Map<String, FieldMapping> attributes) {
    this.rules = rules;
    this.attributes = attributes;
  }

  /** Makes an item. */
  Mapped of(FieldReader in) throws RejectedRecordException {
    ObjectNode node = JsonDecoder.JSON.createObjectNode();
    node.put("domain", in.required("domain"));
    node.put("item", in.required("item"));
    node.put("title", in.required("title"));
    for (String field : new String[] {"brand", "text"}) {
      String text = in.text(field);
      if (text != null) {
        node.put(field, text);
      }
    }
    categories(in, node);
    JsonNode available = in.find("available");
    if (available != null) {
      node.put("available", Conversions.flag("available", available));
    }
    attributes(in.scope(), node);
    return checked(node);
  }

  /** Makes the tombstone of an item. */
  Mapped deleted(FieldReader in) throws RejectedRecordException {
    String domain = Identifiers.domain(in.required("domain"));
    String item = Identifiers.publishable("item", in.required("item"));
    rules.knows(domain);
    return new Mapped(Keys.of(domain, item), null);
  }

  private static void categories(FieldReader in, ObjectNode node) throws RejectedRecordException {
    JsonNode found = in.find("categories");
    FieldMapping mapping = in.fields().get("categories");
    if (found != null && mapping != null) {
      ArrayNode categories = node.putArray("categories");
      Conversions.texts("categories", found, mapping.split()).forEach(categories::add);
    }
  }

  private void attributes(Scope scope, ObjectNode node) throws RejectedRecordException {
    if (attributes.isEmpty()) {
      return;
    }
    ObjectNode pairs = node.putObject("attributes");
    FieldReader in = new FieldReader(attributes, scope);
    for (String name : attributes.keySet()) {
      String text = in.text(name);
      if (text != null) {
        pairs.put(name, text);
      }
    }
  }

  private Mapped checked(ObjectNode node) throws RejectedRecordException {
    byte[] json = node.toString().getBytes(StandardCharsets.UTF_8);
    CatalogItem item = PublicRecords.parseCatalogItem(json);
    rules.knows(item.domain());
    byte[] value = item.toJson();
    rules.limits().catalog(Interactions.bytes(item.key()) + value.length);
    rules.limits().attributes(item);
    return new Mapped(item.key(), value);
  }
}
