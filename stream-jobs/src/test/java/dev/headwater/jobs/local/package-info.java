@NullMarked
package dev.headwater.jobs.local;

import org.jspecify.annotations.NullMarked;
