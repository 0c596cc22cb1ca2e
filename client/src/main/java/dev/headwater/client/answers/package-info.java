/**
 * What the HTTP API answers, field by field: the records that a serving node writes and a client
 * reads, and how they look in JSON ({@link dev.headwater.client.answers.AnswerJson}). Whoever
 * serves or calls comes in; this room knows nobody and holds nothing but values.
 */
@NullMarked
package dev.headwater.client.answers;

import org.jspecify.annotations.NullMarked;
