/**
 * Benchmarks of the jobs on a real broker, for {@code headwater bench}: they run the job classes as
 * they are, feed their topics and read what comes out. The launcher comes in; the jobs do not know
 * this room.
 */
@NullMarked
package dev.headwater.bench.jobs;

import org.jspecify.annotations.NullMarked;
