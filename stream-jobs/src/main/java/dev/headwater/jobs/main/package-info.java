/**
 * Entry points for {@code flink run}: they read arguments, lay a job out in the environment that
 * Flink gives, and execute it. The launcher does not come in here; nothing else does.
 */
@NullMarked
package dev.headwater.jobs.main;

import org.jspecify.annotations.NullMarked;
