/** Tests of the entry points. */
@org.jspecify.annotations.NullMarked
package dev.headwater.jobs.main;
