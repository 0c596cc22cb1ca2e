/** How fast training is, and that it still learns. */
@NullMarked
package dev.headwater.bench.idp;

import org.jspecify.annotations.NullMarked;
