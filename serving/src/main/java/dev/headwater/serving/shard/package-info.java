/**
 * Serving that is divided: what a node answers of the items that it holds, and how an answer is
 * gathered from all shards. Which node is asked, over what, and what happens when it does not
 * answer is {@code shard.nodes}' to know; this room knows neither HTTP nor Kafka.
 */
@NullMarked
package dev.headwater.serving.shard;

import org.jspecify.annotations.NullMarked;
