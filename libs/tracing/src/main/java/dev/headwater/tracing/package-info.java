/**
 * The trace of one click: the W3C context in Kafka records, a span for each hop in the terms of
 * OpenTelemetry's semantic conventions, and their export by OTLP. Every part comes in here; this
 * room knows Kafka's records and nothing of what they mean.
 */
@NullMarked
package dev.headwater.tracing;

import org.jspecify.annotations.NullMarked;
