/** Tests of which bundle a domain works with. */
@NullMarked
package dev.headwater.jobs.models;

import org.jspecify.annotations.NullMarked;
