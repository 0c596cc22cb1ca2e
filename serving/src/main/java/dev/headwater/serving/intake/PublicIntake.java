package dev.headwater.serving.intake;

import dev.headwater.client.answers.Place;
import dev.headwater.events.Keys;
import dev.headwater.events.PublicRecords;
import dev.headwater.events.RecordLimits;
import dev.headwater.events.Topics;
import dev.headwater.events.json.CatalogItem;
import dev.headwater.events.json.Interaction;
import dev.headwater.events.json.ReasonCode;
import dev.headwater.events.json.RejectedRecordException;
import dev.headwater.tracing.TraceParent;
import dev.headwater.tracing.Tracing;
import io.opentelemetry.api.trace.Span;
import io.opentelemetry.api.trace.StatusCode;
import io.opentelemetry.context.Context;
import java.nio.charset.StandardCharsets;
import java.time.Clock;
import java.util.List;
import java.util.concurrent.CompletableFuture;

/**
 * Takes events and items from callers without a Kafka client. A record is checked as ingest will
 * check it, and appended as it was received; what would become a dead letter is refused instead.
 * Thread-safe.
 */
public final class PublicIntake {
  private final TopicWriter writer;
  private final Topics topics;
  private final RecordLimits limits;
  private final Clock clock;
  private final Tracing tracing;

  /** Creates one that makes no spans, and checks as ingest does by default. */
  public PublicIntake(TopicWriter writer, Topics topics, Clock clock) {
    this(writer, topics, RecordLimits.DEFAULT, clock, Tracing.OFF);
  }

  /**
   * Creates one; the caller's span is current when an event comes.
   *
   * @param limits as ingest's: what is taken here must not be a dead letter there
   */
  public PublicIntake(
      TopicWriter writer, Topics topics, RecordLimits limits, Clock clock, Tracing tracing) {
    this.limits = limits;
    this.tracing = tracing;
    this.writer = writer;
    this.topics = topics;
    this.clock = clock;
  }

  /**
   * Appends an interaction.
   *
   * @param domain that it must name
   * @param json as received
   * @throws RejectedRecordException when it does not meet the contract
   */
  public CompletableFuture<Place> event(String domain, byte[] json) throws RejectedRecordException {
    long latestMs = clock.millis() + limits.clockSkew().toMillis();
    Interaction event = PublicRecords.parseInteraction(json, latestMs);
    same(domain, event.domain());
    String key = Keys.of(domain, event.user());
    limits.interaction(bytes(key, json));
    return tracing.isOn()
        ? traced(topics.interactions(), key, json)
        : writer.append(topics.interactions(), key, json);
  }

  /** The record carries its trace also where that is not recorded: ingest shall not begin one. */
  private CompletableFuture<Place> traced(String topic, String key, byte[] json) {
    Span span = tracing.send(topic, Context.current(), List.of());
    return writer
        .append(topic, key, json, TraceParent.headers(span.getSpanContext()))
        .whenComplete(
            (place, failure) -> {
              if (failure == null) {
                Tracing.sent(span, place.partition(), place.offset());
              } else {
                span.setStatus(StatusCode.ERROR, "not acknowledged");
              }
              span.end();
            });
  }

  /**
   * Appends a catalog item.
   *
   * @param domain that it must name
   * @param json as received
   * @throws RejectedRecordException when it does not meet the contract
   */
  public CompletableFuture<Place> item(String domain, byte[] json) throws RejectedRecordException {
    CatalogItem item = PublicRecords.parseCatalogItem(json);
    same(domain, item.domain());
    String key = Keys.of(domain, item.item());
    limits.catalog(bytes(key, json));
    limits.attributes(item);
    return writer.append(topics.catalog(), key, json);
  }

  /** Takes an item out of the catalog: a tombstone. */
  public CompletableFuture<Place> removeItem(String domain, String item) {
    return writer.append(topics.catalog(), Keys.of(domain, item), null);
  }

  private static int bytes(String key, byte[] json) {
    return key.getBytes(StandardCharsets.UTF_8).length + json.length;
  }

  private static void same(String domain, String named) throws RejectedRecordException {
    if (!domain.equals(named)) {
      throw new RejectedRecordException(
          ReasonCode.KEY_MISMATCH, "the record names another domain than the path");
    }
  }
}
