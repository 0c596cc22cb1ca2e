/**
 * The one configuration file of an installation as the records that its parts are started with.
 * Whoever starts a part comes in; what a key means and how it is read is {@code
 * libs/configuration}.
 */
@NullMarked
package dev.headwater.platform.config;

import org.jspecify.annotations.NullMarked;
