/**
 * Tells a merchant where an item is on its way into the answers, or why it is not in them. Reads
 * the state; knows neither Kafka nor HTTP.
 */
@NullMarked
package dev.headwater.serving.status;

import org.jspecify.annotations.NullMarked;
