/**
 * Measures a node under load: real sockets, a real broker, load and updates from another process.
 * {@code deploy} comes in with a broker; nothing else of serving knows this room.
 */
@NullMarked
package dev.headwater.bench.serving;

import org.jspecify.annotations.NullMarked;
