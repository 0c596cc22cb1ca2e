/**
 * A whole installation as separate processes on loopback: three brokers, Flink's JobManager and two
 * TaskManagers, ingest, the model store and two serving nodes, each a JVM of its own that can be
 * killed, stopped, paused and started again. Only composition: what is started is what an operator
 * would start. The verb {@code chaos} and the cluster tests come in.
 */
@NullMarked
package dev.headwater.chaos;

import org.jspecify.annotations.NullMarked;
