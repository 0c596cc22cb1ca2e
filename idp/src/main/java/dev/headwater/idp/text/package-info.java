/**
 * From words to a unit vector: the sentence encoder, its tokenizer, how its weights are read and
 * tuned, and the vectors of a whole domain's items. Everyone may come in; this room knows items by
 * their words, and neither users nor embeddings.
 */
@NullMarked
package dev.headwater.idp.text;

import org.jspecify.annotations.NullMarked;
