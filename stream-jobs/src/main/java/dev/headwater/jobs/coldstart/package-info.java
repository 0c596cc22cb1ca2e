/**
 * ColdStartJob: every accepted catalog item gets an embedding row at once, from its text. The
 * launcher and tests come in through {@code ColdStartJob}; nothing here knows clicks or learning.
 */
@NullMarked
package dev.headwater.jobs.coldstart;

import org.jspecify.annotations.NullMarked;
