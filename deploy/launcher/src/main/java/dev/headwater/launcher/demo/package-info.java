/**
 * The onboarding story: starts every part in one process, plays a market through it, and measures
 * as a client.
 */
@NullMarked
package dev.headwater.launcher.demo;

import org.jspecify.annotations.NullMarked;
