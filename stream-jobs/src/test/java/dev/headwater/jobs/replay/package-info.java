/** Tests of the replay. */
@NullMarked
package dev.headwater.jobs.replay;

import org.jspecify.annotations.NullMarked;
