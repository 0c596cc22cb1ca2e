/**
 * The serving node: the service that ties following, state and HTTP together. {@code deploy} comes
 * in; the rooms below know nothing of it.
 */
@NullMarked
package dev.headwater.serving;

import org.jspecify.annotations.NullMarked;
