/**
 * Makes answers: which items, in which order, and what the answer was based on. HTTP comes in with
 * plain values; this room reads the state and knows neither Kafka nor HTTP.
 */
@NullMarked
package dev.headwater.serving.recommend;

import org.jspecify.annotations.NullMarked;
