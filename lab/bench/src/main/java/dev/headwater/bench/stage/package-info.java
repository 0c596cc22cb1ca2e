/** Stages for the benchmarks: a broker, topics of their own, a bundle. It measures nothing. */
@NullMarked
package dev.headwater.bench.stage;

import org.jspecify.annotations.NullMarked;
