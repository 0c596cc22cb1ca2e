/** How a verb reports: progress for a person, JSON for a script, errors that say what to do. */
@NullMarked
package dev.headwater.platform.report;

import org.jspecify.annotations.NullMarked;
