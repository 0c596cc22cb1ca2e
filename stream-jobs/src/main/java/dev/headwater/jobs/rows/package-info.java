/**
 * A reader of the embedding topics inside a TaskManager, outside Flink's own data flow: what each
 * job needs to know of the other's rows. Job packages come in; it writes nothing.
 */
@NullMarked
package dev.headwater.jobs.rows;

import org.jspecify.annotations.NullMarked;
