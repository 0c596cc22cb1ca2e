/**
 * Which domains a job serves, and which bundle each works with at present, as the model store
 * announces it. Job packages come in; it decides nothing itself.
 */
@NullMarked
package dev.headwater.jobs.models;

import org.jspecify.annotations.NullMarked;
