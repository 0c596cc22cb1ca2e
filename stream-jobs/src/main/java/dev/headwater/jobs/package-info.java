/**
 * What both Flink jobs share: their settings and the Flink options they run with. Callers (the
 * launcher, tests) come in here and through the job classes; nothing here knows HTTP, RocksDB or
 * configuration files.
 */
@NullMarked
package dev.headwater.jobs;

import org.jspecify.annotations.NullMarked;
