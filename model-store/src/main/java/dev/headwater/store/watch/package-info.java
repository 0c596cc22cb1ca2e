/**
 * What consumers know of announcements: which model and table version a domain serves, and which
 * rows came late after a rollback. Serving and jobs come in; this room does not know the store.
 */
@NullMarked
package dev.headwater.store.watch;

import org.jspecify.annotations.NullMarked;
