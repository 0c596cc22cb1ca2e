/**
 * What a serving node writes to Kafka: events and items of callers without a Kafka client, denials
 * and deletions of operators, receipts. HTTP and following come in; this room knows neither.
 */
@NullMarked
package dev.headwater.serving.intake;

import org.jspecify.annotations.NullMarked;
