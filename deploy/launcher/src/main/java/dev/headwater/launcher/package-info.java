/**
 * The launcher's entry point and what all verbs share. Composition only: no logic of the product.
 */
@NullMarked
package dev.headwater.launcher;

import org.jspecify.annotations.NullMarked;
