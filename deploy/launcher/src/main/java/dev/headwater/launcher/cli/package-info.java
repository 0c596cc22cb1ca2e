/**
 * One class a verb: parses flags, calls one part, prints, writes JSON. Nobody but Main comes in.
 */
@NullMarked
package dev.headwater.launcher.cli;

import org.jspecify.annotations.NullMarked;
