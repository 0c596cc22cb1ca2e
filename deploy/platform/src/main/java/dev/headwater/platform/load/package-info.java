/**
 * Turns data sets into interactions and catalog items on a time line, and publishes them at a rate.
 */
@NullMarked
package dev.headwater.platform.load;

import org.jspecify.annotations.NullMarked;
