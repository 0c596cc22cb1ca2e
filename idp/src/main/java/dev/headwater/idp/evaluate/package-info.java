/**
 * The verbs {@code evaluate} and {@code bench train} as classes: typed requests in, records of
 * numbers out. It knows the whole module and no command line; nothing else of the module knows it.
 */
@NullMarked
package dev.headwater.idp.evaluate;

import org.jspecify.annotations.NullMarked;
