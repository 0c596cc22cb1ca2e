/**
 * Optimisers in Java on memory that native code shares. They know gradients and rows, nothing of
 * where a gradient came from.
 */
@NullMarked
package dev.headwater.idp.optim;

import org.jspecify.annotations.NullMarked;
