/**
 * Measures the store beside raw RocksDB doing the same bytes in the same run. The launcher comes
 * in; nobody else.
 */
@NullMarked
package dev.headwater.bench.store;

import org.jspecify.annotations.NullMarked;
