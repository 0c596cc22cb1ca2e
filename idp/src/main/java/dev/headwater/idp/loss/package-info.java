/**
 * Losses over a ranking, with gradients worked out by hand: autograd would keep three matrices of
 * targets by candidates where one is enough. They know vectors, not encoders, tables or optimisers.
 */
@NullMarked
package dev.headwater.idp.loss;

import org.jspecify.annotations.NullMarked;
