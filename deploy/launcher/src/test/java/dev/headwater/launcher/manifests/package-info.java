/**
 * Checks what is handed to Kubernetes, Compose and Docker, as far as that can be done without them.
 */
@NullMarked
package dev.headwater.launcher.manifests;

import org.jspecify.annotations.NullMarked;
