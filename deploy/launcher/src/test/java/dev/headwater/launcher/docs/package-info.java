/**
 * Keeps the documentation true: generated pages are up to date, links lead somewhere, commands are
 * ones that the launcher takes. Tests only.
 */
@NullMarked
package dev.headwater.launcher.docs;

import org.jspecify.annotations.NullMarked;
