package dev.headwater.ingest;

import dev.headwater.events.Topics;
import dev.headwater.mapping.Mapper;
import dev.headwater.mapping.Rules;
import dev.headwater.mapping.SchemaRegistry;
import dev.headwater.mapping.Target;
import dev.headwater.mapping.TopicMapping;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import org.apache.kafka.common.serialization.ByteArrayDeserializer;
import org.apache.kafka.common.serialization.ByteArraySerializer;
import org.apache.kafka.streams.AutoOffsetReset;
import org.apache.kafka.streams.Topology;

/**
 * From the platform's own topics to the public ones, without state:
 *
 * <pre>
 * a platform's topic ─► mapping ─┬─► interactions, or catalog
 *                                └─ refused ─► dead-letters
 * </pre>
 *
 * Its records then go the way of everybody's: whoever reads the public topics (ingest, a replay, a
 * rebuild) sees one shape, partitions are those of their keys, and an item's incarnation is an
 * offset of one topic.
 */
final class MappingTopology {
  private final Topology topology = new Topology();
  private final Map<String, String> sources = new LinkedHashMap<>();
  private final Topics topics;
  private final SchemaRegistry registry;
  private final Rules rules;
  private final MappingMetrics metrics;

  private int added;

  private MappingTopology(
      Topics topics, SchemaRegistry registry, Rules rules, MappingMetrics metrics) {
    this.topics = topics;
    this.registry = registry;
    this.rules = rules;
    this.metrics = metrics;
  }

  static Topology build(
      List<TopicMapping> mappings,
      Topics topics,
      SchemaRegistry registry,
      Rules rules,
      MappingMetrics metrics) {
    MappingTopology built = new MappingTopology(topics, registry, rules, metrics);
    for (TopicMapping mapping : mappings) {
      built.add(mapping);
    }
    return built.topology;
  }

  /** A topic may be declared twice: an order may be purchases and an item. */
  private String source(String topic) {
    return sources.computeIfAbsent(
        topic,
        name -> {
          String source = "topic-" + sources.size();
          topology.addSource(
              AutoOffsetReset.earliest(),
              source,
              (record, partitionTimeMs) -> Math.max(0, record.timestamp()),
              new ByteArrayDeserializer(),
              new ByteArrayDeserializer(),
              name);
          return source;
        });
  }

  private void add(TopicMapping mapping) {
    String source = source(mapping.topic());
    String name = mapping.to().name().toLowerCase(Locale.ROOT) + "-" + added++;
    topology.addProcessor(
        name,
        () ->
            new MappingProcessor(
                new Mapper(mapping, registry, rules),
                mapping.to() == Target.INTERACTIONS,
                metrics,
                mapping.topic(),
                into(name),
                deadLetters(name)),
        source);
    boolean clicks = mapping.to() == Target.INTERACTIONS;
    sink(into(name), clicks ? topics.interactions() : topics.catalog(), name);
    sink(deadLetters(name), topics.deadLetters(), name);
  }

  private static String into(String name) {
    return name + "-sink";
  }

  private static String deadLetters(String name) {
    return name + "-dead-letters";
  }

  private void sink(String name, String topic, String from) {
    topology.addSink(name, topic, new ByteArraySerializer(), new ByteArraySerializer(), from);
  }
}
