/**
 * What announcements say: which model and table version a domain serves, and which rows came late
 * after a rollback. The one interpreter of the announcement log, for the store, serving and jobs;
 * it knows neither the store nor its files.
 */
@NullMarked
package dev.headwater.events.announce;

import org.jspecify.annotations.NullMarked;
