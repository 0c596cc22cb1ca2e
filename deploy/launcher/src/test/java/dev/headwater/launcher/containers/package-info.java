/**
 * The product as it is installed: jobs submitted by Flink's own client. Suites, in the Maven
 * profile {@code containers} only. Tests only.
 */
@NullMarked
package dev.headwater.launcher.containers;

import org.jspecify.annotations.NullMarked;
