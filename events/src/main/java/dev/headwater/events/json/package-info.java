/**
 * What outsiders publish: interactions and catalog items as records, the rules that they meet, and
 * their JSON. Whoever publishes comes in here, over HTTP or through Kafka; for that this room needs
 * Jackson and nothing else: no Protobuf, no schema validator, no Kafka, and none of our other
 * rooms. Reading what others published is {@code dev.headwater.events.PublicRecords}'s matter.
 */
@NullMarked
package dev.headwater.events.json;

import org.jspecify.annotations.NullMarked;
