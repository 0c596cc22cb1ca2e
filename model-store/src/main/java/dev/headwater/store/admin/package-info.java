/**
 * The operator's door to a store: JSON over HTTP, for callers with a key, and the client that the
 * launcher's verbs use. It translates; decisions are the engine's.
 */
@NullMarked
package dev.headwater.store.admin;

import org.jspecify.annotations.NullMarked;
