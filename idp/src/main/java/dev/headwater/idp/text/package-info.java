/**
 * From the words of an item to a unit vector. Everyone may come in; this room knows no items, users
 * or embeddings.
 */
@NullMarked
package dev.headwater.idp.text;

import org.jspecify.annotations.NullMarked;
