/**
 * Where both jobs begin. {@link dev.headwater.jobs.main.ColdStartMain} and {@link
 * dev.headwater.jobs.main.FineTuneMain} are the entry points that {@code flink run} and Flink's
 * operator call on a cluster; the launcher, which runs the same jobs in its own process, comes in
 * through {@link dev.headwater.jobs.main.JobsConfig}. Both read one configuration file by that
 * class, so a job is the same wherever it runs.
 */
@NullMarked
package dev.headwater.jobs.main;

import org.jspecify.annotations.NullMarked;
