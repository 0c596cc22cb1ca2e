/** One class a benchmark: parses flags, measures one part, prints, writes JSON. */
@NullMarked
package dev.headwater.bench.cli;

import org.jspecify.annotations.NullMarked;
