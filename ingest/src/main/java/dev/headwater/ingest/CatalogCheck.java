package dev.headwater.ingest;

import dev.headwater.events.DeadLetter;
import dev.headwater.events.Heartbeat;
import dev.headwater.events.Keys;
import dev.headwater.events.PublicRecords;
import dev.headwater.events.json.CatalogItem;
import dev.headwater.events.json.Identifiers;
import dev.headwater.events.json.ReasonCode;
import dev.headwater.events.json.RejectedRecordException;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import org.apache.kafka.common.header.Header;
import org.apache.kafka.common.header.Headers;
import org.apache.kafka.common.header.internals.RecordHeaders;
import org.apache.kafka.streams.processor.api.Processor;
import org.apache.kafka.streams.processor.api.ProcessorContext;
import org.apache.kafka.streams.processor.api.Record;
import org.apache.kafka.streams.processor.api.RecordMetadata;
import org.jspecify.annotations.Nullable;

/**
 * Judges one record of {@code catalog}. The topic is compacted, so the key says which item a record
 * replaces or deletes: one that disagrees with the value is refused. A good record in a partition
 * that is not its key's goes round through the re-key topic and carries its offset along.
 */
final class CatalogCheck implements Processor<byte[], byte[], byte[], Verdict> {
  private static final String PLACE_HEADER = "headwater.offset";

  private final IngestConfig config;
  private final IngestMetrics metrics;
  private final @Nullable HomePartition home;
  private ProcessorContext<byte[], Verdict> context;

  /**
   * Creates one.
   *
   * @param home null behind the re-key topic
   */
  @SuppressWarnings("NullAway.Init") // Kafka Streams calls init before anything else
  CatalogCheck(IngestConfig config, IngestMetrics metrics, @Nullable HomePartition home) {
    this.config = config;
    this.metrics = metrics;
    this.home = home;
  }

  @Override
  public void init(ProcessorContext<byte[], Verdict> context) {
    this.context = context;
  }

  @Override
  public void process(Record<byte[], byte[]> record) {
    RecordMetadata source = context.recordMetadata().orElseThrow();
    metrics.observe(record.timestamp());
    Heartbeat beat = Heartbeat.read(record.key(), record.value(), record.headers());
    if (beat != null) {
      if (metrics.heartbeat(Heartbeat.domain(record.key()))) {
        forward(record, new Verdict.Beat(beat), new RecordHeaders());
      }
      return;
    }
    if (StraySweeper.wrote(record.headers())) {
      return;
    }
    try {
      Refusal.check(record.headers());
      CatalogItem item = accept(record.key(), record.value());
      if (home != null && home.of(record.key()) != source.partition()) {
        metrics.rekeyed();
        forward(
            record,
            new Verdict.Stray(record.value()),
            placeHeader(source.partition(), source.offset()));
      } else {
        forward(record, at(record.headers(), item, source), new RecordHeaders());
      }
    } catch (RejectedRecordException e) {
      DeadLetter letter =
          new DeadLetter(
              e.reason(), e.detail(), source.topic(), source.partition(), source.offset());
      context.forward(record.withValue(new Verdict.Refused(letter, record.key(), record.value())));
    }
  }

  /** Passes on without the client's headers, whose size nobody bounds. */
  private void forward(Record<byte[], byte[]> record, Verdict verdict, Headers headers) {
    context.forward(record.withValue(verdict).withHeaders(headers));
  }

  private @Nullable CatalogItem accept(byte @Nullable [] key, byte @Nullable [] value)
      throws RejectedRecordException {
    if (key == null) {
      throw new RejectedRecordException(ReasonCode.KEY_MISMATCH, "no key");
    }
    int bytes = key.length + (value == null ? 0 : value.length);
    config.limits().records().catalog(bytes);
    CatalogItem item = value == null ? null : PublicRecords.parseCatalogItem(value);
    String domain = item == null ? tombstoneDomain(key) : item.domain();
    if (!config.accepts(domain)) {
      throw new RejectedRecordException(
          ReasonCode.UNKNOWN_DOMAIN, "domain '" + domain + "' is not configured");
    }
    if (item != null) {
      check(key, item);
    }
    return item;
  }

  private static String tombstoneDomain(byte[] key) throws RejectedRecordException {
    String text = new String(key, StandardCharsets.UTF_8);
    Keys.DomainKey parsed = Keys.parse(text);
    if (!Arrays.equals(text.getBytes(StandardCharsets.UTF_8), key)) {
      throw new RejectedRecordException(ReasonCode.KEY_MISMATCH, "the key is not UTF-8");
    }
    int idBytes = key.length - 1 - parsed.domain().length();
    if (idBytes > Identifiers.MAX_BYTES) {
      throw new RejectedRecordException(
          ReasonCode.ID_TOO_LONG,
          "item has " + idBytes + " bytes, at most " + Identifiers.MAX_BYTES);
    }
    if (Identifiers.isReserved(parsed.id())) {
      throw new RejectedRecordException(
          ReasonCode.RESERVED_ID, "item '" + parsed.id() + "' is reserved for Headwater itself");
    }
    return parsed.domain();
  }

  private void check(byte[] key, CatalogItem item) throws RejectedRecordException {
    if (!Arrays.equals(item.key().getBytes(StandardCharsets.UTF_8), key)) {
      throw new RejectedRecordException(
          ReasonCode.KEY_MISMATCH, "the key must read '" + item.key() + "' as the value says");
    }
    config.limits().records().attributes(item);
  }

  private static Headers placeHeader(int partition, long offset) {
    byte[] place = ByteBuffer.allocate(12).putLong(offset).putInt(partition).array();
    return new RecordHeaders().add(PLACE_HEADER, place);
  }

  /** Releases up to 0.1 wrote the offset alone; what they had under way is read for a moment. */
  private Verdict.Item at(Headers headers, @Nullable CatalogItem item, RecordMetadata source) {
    Header header = home == null ? headers.lastHeader(PLACE_HEADER) : null;
    if (header == null) {
      return new Verdict.Item(item, source.offset(), Verdict.Item.AT_HOME);
    }
    ByteBuffer place = ByteBuffer.wrap(header.value());
    long offset = place.getLong();
    return new Verdict.Item(
        item, offset, place.hasRemaining() ? place.getInt() : Verdict.Item.AT_HOME);
  }
}
