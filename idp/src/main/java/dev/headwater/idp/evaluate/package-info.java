/**
 * The verb {@code evaluate} as classes: typed requests in, records of numbers out. It knows the
 * whole module and no command line; of the module, {@code report} alone knows it. The launcher
 * comes in, and what measures.
 */
@NullMarked
package dev.headwater.idp.evaluate;

import org.jspecify.annotations.NullMarked;
