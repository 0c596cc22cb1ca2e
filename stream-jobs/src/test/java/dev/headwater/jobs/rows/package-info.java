/** Tests of the readers of the embedding topics. */
@NullMarked
package dev.headwater.jobs.rows;

import org.jspecify.annotations.NullMarked;
