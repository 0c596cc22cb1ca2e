/**
 * The operator's door to a store: its routes with a role each, on the server that all doors share,
 * and the client that the launcher's verbs and serving nodes use. It translates; decisions are the
 * engine's.
 */
@NullMarked
package dev.headwater.store.admin;

import org.jspecify.annotations.NullMarked;
