/** Flags that several verbs share, what they print to, and how other modules add verbs. */
@NullMarked
package dev.headwater.platform.cli;

import org.jspecify.annotations.NullMarked;
