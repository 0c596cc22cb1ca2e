/**
 * How Headwater's parts talk to Kafka: settings, topic administration, a follower that reads topics
 * from the beginning and then keeps up. No part-specific logic.
 */
@NullMarked
package dev.headwater.events.kafka;

import org.jspecify.annotations.NullMarked;
