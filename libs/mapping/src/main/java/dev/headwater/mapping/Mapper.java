package dev.headwater.mapping;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.headwater.events.DomainNames;
import dev.headwater.events.Keys;
import dev.headwater.events.json.ReasonCode;
import dev.headwater.events.json.RejectedRecordException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * Makes records of the public contract of a platform's own, as one mapping declares it. What comes
 * out has passed the checks that ingest makes; what does not pass is refused with the code that a
 * dead letter carries, and nothing of that record comes out. For one thread.
 */
public final class Mapper {
  private final TopicMapping mapping;
  private final Map<String, FieldMapping> fields;
  private final Envelope.Opener opener;
  private final Envelope.Decoders decoders;
  private final Interactions interactions;
  private final Items items;
  private final @Nullable FieldPath each;

  /**
   * Makes one.
   *
   * @param registry asked for schemas where the mapping names no file
   * @throws IllegalArgumentException where a schema file is none
   */
  public Mapper(TopicMapping mapping, SchemaRegistry registry, Rules rules) {
    this.mapping = mapping;
    this.fields = withDomain(mapping.fields(), rules);
    this.opener = mapping.envelope().opener(mapping.to());
    this.decoders =
        new Envelope.Decoders(
            Decoder.of(mapping.keyFormat(), mapping, registry),
            Decoder.of(mapping.format(), mapping, registry));
    this.interactions = new Interactions(rules);
    this.items = new Items(rules, mapping.attributes());
    this.each = mapping.each() == null ? null : FieldPath.of(mapping.each());
  }

  /** An installation of one domain need not name it again. */
  private static Map<String, FieldMapping> withDomain(
      Map<String, FieldMapping> declared, Rules rules) {
    Map<String, FieldMapping> fields = new LinkedHashMap<>(declared);
    DomainNames domains = rules.domains();
    if (!fields.containsKey("domain") && !domains.isOpen() && domains.named().size() == 1) {
      fields.put("domain", FieldMapping.constant(domains.named().get(0)));
    }
    return fields;
  }

  /**
   * Maps a record.
   *
   * @throws RejectedRecordException with the code that a dead letter carries
   * @throws RegistryUnavailableException where its schema cannot be asked for at present
   */
  public Outcome map(ForeignRecord record) throws RejectedRecordException {
    Envelope.Opened opened = opener.open(record, decoders);
    if (opened.change() == Envelope.Change.NONE) {
      return Outcome.nothing(opened.why());
    }
    Scope scope = new Scope(opened.value(), around(record), opened.key());
    if (opened.change() == Envelope.Change.DELETED) {
      return new Outcome(List.of(items.deleted(new FieldReader(fields, scope))), null);
    }
    if (!opened.value().isObject()) {
      throw new RejectedRecordException(ReasonCode.WRONG_FORMAT, "the value has no fields");
    }
    return each == null ? single(record, scope) : several(record, scope, scope.at(each));
  }

  private Outcome single(ForeignRecord record, Scope scope) throws RejectedRecordException {
    String other = other(scope);
    return other == null
        ? new Outcome(List.of(made(record, scope, "")), null)
        : Outcome.nothing(other);
  }

  private Outcome several(ForeignRecord record, Scope scope, JsonNode elements)
      throws RejectedRecordException {
    List<Mapped> made = new ArrayList<>();
    String why = "no element at " + each;
    for (int i = 0; i < elements.size(); i++) {
      ObjectNode around = scope.record().deepCopy();
      around.set("@each", elements.get(i));
      Scope inner = new Scope(scope.value(), around, null);
      String other = other(inner);
      if (other == null) {
        made.add(made(record, inner, "/" + i));
      } else {
        why = other;
      }
    }
    return made.isEmpty() ? Outcome.nothing(why) : new Outcome(made, null);
  }

  private Mapped made(ForeignRecord record, Scope scope, String suffix)
      throws RejectedRecordException {
    FieldReader in = new FieldReader(fields, scope);
    String place = record.topic() + "/" + record.partition() + "/" + record.offset();
    return mapping.to() == Target.INTERACTIONS
        ? interactions.of(in, place, suffix, record.timestampMs())
        : items.of(in);
  }

  /** Says why a record is not one of those that are wanted, null where it is. */
  private @Nullable String other(Scope scope) {
    for (Map.Entry<String, List<String>> wanted : mapping.only().entrySet()) {
      String found = scope.at(FieldPath.of(wanted.getKey())).asText();
      if (!wanted.getValue().contains(found)) {
        return wanted.getKey() + " is '" + found + "'";
      }
    }
    return null;
  }

  private ObjectNode around(ForeignRecord record) throws RejectedRecordException {
    ObjectNode around = JsonNodeFactory.instance.objectNode();
    around.put("@topic", record.topic());
    around.put("@partition", record.partition());
    around.put("@offset", record.offset());
    around.put("@timestamp", record.timestampMs());
    ObjectNode headers = around.putObject("@headers");
    record
        .headers()
        .forEach((name, value) -> headers.put(name, new String(value, StandardCharsets.UTF_8)));
    if (mapping.readsKeys()) {
      around.set("@key", decoders.key(record));
    }
    return around;
  }

  /**
   * Returns {@code domain/user} of a refused record, null where that cannot be told: by it the dead
   * letters of a user who is deleted are found.
   */
  public @Nullable String subject(ForeignRecord record) {
    try {
      Envelope.Opened opened = opener.open(record, decoders);
      Scope scope = new Scope(opened.value(), around(record), opened.key());
      FieldReader in = new FieldReader(fields, scope);
      String domain = in.text("domain");
      String user = mapping.to() == Target.INTERACTIONS ? in.text("user") : null;
      return domain == null || user == null ? null : Keys.of(domain, user);
    } catch (RejectedRecordException | RegistryUnavailableException e) {
      return null;
    }
  }
}
