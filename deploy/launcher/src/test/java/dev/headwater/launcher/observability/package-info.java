/**
 * Checks dashboards, alert rules and the runbook against each other and against what the parts
 * really export. Tests only.
 */
@NullMarked
package dev.headwater.launcher.observability;

import org.jspecify.annotations.NullMarked;
