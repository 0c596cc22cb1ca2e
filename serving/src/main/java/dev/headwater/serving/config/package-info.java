/**
 * How a serving node is set up, as values: addresses, bounds, who may call, where it computes. It
 * starts nothing and reads no file.
 */
@NullMarked
package dev.headwater.serving.config;

import org.jspecify.annotations.NullMarked;
