/**
 * Where the verb {@code lag} has its readings from, and how they look in a terminal. Verbs come in;
 * what the readings mean is decided by serving.
 */
@NullMarked
package dev.headwater.platform.lag;

import org.jspecify.annotations.NullMarked;
