/** A platform's own events, from the pages' examples to learned answers. */
@NullMarked
package dev.headwater.launcher.mapping;

import org.jspecify.annotations.NullMarked;
