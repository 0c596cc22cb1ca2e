/** Checks what the container images hold, without a container engine. Tests only. */
@NullMarked
package dev.headwater.launcher.image;

import org.jspecify.annotations.NullMarked;
