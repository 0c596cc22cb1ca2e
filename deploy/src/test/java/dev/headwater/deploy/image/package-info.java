/** Checks what the container images hold, without a container engine. Tests only. */
@NullMarked
package dev.headwater.deploy.image;

import org.jspecify.annotations.NullMarked;
