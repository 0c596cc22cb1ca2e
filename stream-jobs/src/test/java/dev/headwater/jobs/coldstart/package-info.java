/** Tests of ColdStartJob, from the pure parts to the job on a broker. */
@NullMarked
package dev.headwater.jobs.coldstart;

import org.jspecify.annotations.NullMarked;
