/**
 * How soon learning that goes bad is out of the answers: a whole platform in this process, a second
 * node beside it, and clicks whose targets are shuffled from some moment on.
 */
@NullMarked
package dev.headwater.bench.learning;

import org.jspecify.annotations.NullMarked;
