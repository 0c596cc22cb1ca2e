/** Reads the one configuration file into the typed records of the parts; refuses unknown keys. */
@NullMarked
package dev.headwater.platform.config;

import org.jspecify.annotations.NullMarked;
