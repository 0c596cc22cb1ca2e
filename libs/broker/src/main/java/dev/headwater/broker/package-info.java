/**
 * A real Kafka broker inside the JVM. The demo and the integration tests come in; it knows nobody
 * of ours.
 */
@NullMarked
package dev.headwater.broker;

import org.jspecify.annotations.NullMarked;
