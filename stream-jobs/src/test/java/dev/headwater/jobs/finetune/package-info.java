/** Tests of FineTuneJob, from the pure parts to the job on a broker. */
@NullMarked
package dev.headwater.jobs.finetune;

import org.jspecify.annotations.NullMarked;
