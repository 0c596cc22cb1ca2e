/**
 * What a serving node knows of each domain: catalog, rows by model, users, recent popularity, and
 * the view that answers are made from. The followers write it, the recommender reads it; it knows
 * the wire contract but neither Kafka consumers nor HTTP.
 */
@NullMarked
package dev.headwater.serving.state;

import org.jspecify.annotations.NullMarked;
