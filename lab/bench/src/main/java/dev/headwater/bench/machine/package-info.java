/** What a benchmark asks the machine: resident memory of this process. */
@NullMarked
package dev.headwater.bench.machine;

import org.jspecify.annotations.NullMarked;
