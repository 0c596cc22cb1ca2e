/**
 * How soon learning that goes bad is out of the answers: a whole platform in this process, a second
 * node beside it, and clicks whose targets are shuffled from some moment on. And how often good
 * learning would be taken back: whole streams, told to the same rule.
 */
@NullMarked
package dev.headwater.bench.learning;

import org.jspecify.annotations.NullMarked;
