/**
 * The source bundle, one directory that holds all that pre-training learned: encoder, item
 * embeddings, text vectors, manifest with checksums. It knows files; it does not train.
 */
@NullMarked
package dev.headwater.idp.bundle;

import org.jspecify.annotations.NullMarked;
