/**
 * A reader of the embedding topics inside a TaskManager, outside Flink's own data flow: what each
 * job needs to know of the other's rows. Job packages come in. Of all topics it writes one record:
 * the claim by which an attempt gets its epoch.
 */
@NullMarked
package dev.headwater.jobs.rows;

import org.jspecify.annotations.NullMarked;
