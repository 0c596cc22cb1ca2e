@NullMarked
package dev.headwater.configuration;

import org.jspecify.annotations.NullMarked;
