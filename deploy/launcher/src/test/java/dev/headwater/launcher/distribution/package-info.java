/** Makes the installed distribution and tries it where no checkout is. Tests only. */
@NullMarked
package dev.headwater.launcher.distribution;

import org.jspecify.annotations.NullMarked;
