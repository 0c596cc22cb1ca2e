package dev.headwater.ingest;

import dev.headwater.events.Heartbeat;
import dev.headwater.events.Heartbeat.Hop;
import org.apache.kafka.streams.processor.api.Processor;
import org.apache.kafka.streams.processor.api.ProcessorContext;
import org.apache.kafka.streams.processor.api.Record;
import org.jspecify.annotations.Nullable;

/**
 * Passes heartbeats on, in their partition's order and transaction: no store is touched and nothing
 * is counted but the heartbeat itself. Stamps by the wall clock of this instance.
 */
final class HeartbeatRelay implements Processor<byte[], Verdict.Beat, byte[], byte[]> {
  private ProcessorContext<byte[], byte[]> context;

  @SuppressWarnings("NullAway.Init") // Kafka Streams calls init before anything else
  HeartbeatRelay() {}

  @Override
  public void init(ProcessorContext<byte[], byte[]> context) {
    this.context = context;
  }

  @Override
  public void process(Record<byte[], Verdict.Beat> record) {
    Heartbeat passed = record.value().heartbeat().passed(Hop.INGEST, context.currentSystemTimeMs());
    byte @Nullable [] nothing = null;
    context.forward(record.withValue(nothing).withHeaders(passed.headers()));
  }
}
