/**
 * Drives ingest as hard as one machine can and counts what came out. The launcher's {@code bench
 * ingest} comes in; the topology knows nothing of this room.
 */
@NullMarked
package dev.headwater.bench.ingest;

import org.jspecify.annotations.NullMarked;
