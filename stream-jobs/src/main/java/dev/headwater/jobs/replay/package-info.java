/**
 * The jobs over a bounded log: the same log and seed give the same table, bit for bit. The launcher
 * comes in; it runs the job classes as they are.
 */
@NullMarked
package dev.headwater.jobs.replay;

import org.jspecify.annotations.NullMarked;
