/** How fast training is, that it still learns, and what it learns from types of events. */
@NullMarked
package dev.headwater.bench.idp;

import org.jspecify.annotations.NullMarked;
