/**
 * Starts the parts from the configuration, each by itself or all in this process. Verbs and the
 * demo come in; no logic of the product.
 */
@NullMarked
package dev.headwater.platform.parts;

import org.jspecify.annotations.NullMarked;
