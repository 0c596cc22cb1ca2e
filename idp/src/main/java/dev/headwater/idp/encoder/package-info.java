/**
 * Sequence encoders, which turn a history of item embeddings into a user vector. They know no item
 * ids, losses or files.
 */
@NullMarked
package dev.headwater.idp.encoder;

import org.jspecify.annotations.NullMarked;
