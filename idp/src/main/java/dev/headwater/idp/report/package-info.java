/** Results of many evaluations for people: cells kept as JSON, a table, a plot. */
@NullMarked
package dev.headwater.idp.report;

import org.jspecify.annotations.NullMarked;
