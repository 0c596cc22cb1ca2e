/**
 * Runs jobs on a Flink cluster inside this process. The launcher and tests come in; the job classes
 * do not know that this room exists.
 */
@NullMarked
package dev.headwater.jobs.local;

import org.jspecify.annotations.NullMarked;
