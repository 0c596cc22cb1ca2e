/**
 * The one configuration file of an installation. {@code reference.conf} beside these classes is the
 * home of every key, with default, unit and meaning; {@link dev.headwater.configuration.ConfigFile}
 * lays an installation's file over it, finds all that is wrong at once, and binds what a process
 * reads to that process's records. Every process comes in here, the launcher's and the jobs on a
 * Flink cluster alike; nothing here knows what any part does.
 */
@NullMarked
package dev.headwater.configuration;

import org.jspecify.annotations.NullMarked;
