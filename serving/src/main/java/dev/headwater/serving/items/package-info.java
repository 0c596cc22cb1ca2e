/**
 * The item table of one model: identifiers as small integers, vectors in contiguous blocks, and the
 * indexes that retrieve from them. Recommending and following come in; this room knows neither
 * Kafka nor HTTP.
 */
@NullMarked
package dev.headwater.serving.items;

import org.jspecify.annotations.NullMarked;
