/**
 * Which bundle a domain works with at present, as the model store announces it. Job packages come
 * in; it decides nothing itself.
 */
@NullMarked
package dev.headwater.jobs.models;

import org.jspecify.annotations.NullMarked;
