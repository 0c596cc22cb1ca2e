/**
 * Interaction data on disk or generated: items with words, events in order. It knows nothing of
 * models.
 */
@NullMarked
package dev.headwater.idp.data;

import org.jspecify.annotations.NullMarked;
