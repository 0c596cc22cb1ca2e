/**
 * One seeded simulation of the whole row protocol (docs/protocol.md) over the real classes: parts
 * that crash between any two steps, start from what they like, come back as zombies; topics that
 * lose what compaction and retention take. {@link dev.headwater.simulation.World} says what can
 * happen, {@link dev.headwater.simulation.Rules} what must hold.
 */
@NullMarked
package dev.headwater.simulation;

import org.jspecify.annotations.NullMarked;
