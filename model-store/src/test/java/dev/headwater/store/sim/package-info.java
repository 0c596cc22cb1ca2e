/**
 * A seeded simulation of store nodes and consumers: crashing disks, a log whose answers get lost,
 * stale primaries, lost and repeated announcements, with invariants checked after every event.
 */
@NullMarked
package dev.headwater.store.sim;

import org.jspecify.annotations.NullMarked;
