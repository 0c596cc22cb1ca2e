package dev.headwater.serving.state;

import dev.headwater.events.wire.EmbeddingRow;

/**
 * A row that answers are made from.
 *
 * @param row as published, without the vectors that serving does not need
 * @param visibleMs when it became part of the answers of this node, Unix milliseconds
 * @param firstVisibleMs when the first row of this incarnation of the item did
 */
public record LiveRow(EmbeddingRow row, long visibleMs, long firstVisibleMs) {}
