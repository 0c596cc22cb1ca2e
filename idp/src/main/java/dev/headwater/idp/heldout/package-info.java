/**
 * Offline judging by held-out items: scorers rank them in the full catalog and among samples,
 * training chooses by them. It trains nothing.
 */
@NullMarked
package dev.headwater.idp.heldout;

import org.jspecify.annotations.NullMarked;
