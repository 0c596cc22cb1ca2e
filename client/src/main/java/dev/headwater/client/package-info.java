/**
 * A thin client of a serving node: recommendations, similar items, item status, and publishing of
 * events and items. Retries what may be retried. No Kafka, no native code.
 */
@NullMarked
package dev.headwater.client;

import org.jspecify.annotations.NullMarked;
