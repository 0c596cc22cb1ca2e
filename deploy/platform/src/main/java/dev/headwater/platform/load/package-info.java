/**
 * Turns data sets into interactions and catalog items on a time line, publishes them at a rate, and
 * reads a domain back from its topics.
 */
@NullMarked
package dev.headwater.platform.load;

import org.jspecify.annotations.NullMarked;
