/**
 * The Kafka Streams topology between what platforms and merchants publish and what everybody else
 * reads: validates, drops repeats, dead-letters with a reason, builds user histories and accepted
 * items. The launcher comes in through {@link dev.headwater.ingest.IngestService}; this room knows
 * the wire contract and Kafka, and neither the method nor the jobs, the store or serving.
 */
@NullMarked
package dev.headwater.ingest;

import org.jspecify.annotations.NullMarked;
