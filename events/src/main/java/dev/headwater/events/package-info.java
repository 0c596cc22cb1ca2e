/**
 * The wire contract: topics, keys, what outsiders published as it is read, and the one rule that
 * decides which of two embedding rows wins. Everyone may come in; this package knows nobody else of
 * ours but {@code events.json}, the records that outsiders publish. The messages that travel inside
 * are generated into {@code dev.headwater.events.wire} from {@code headwater.proto}.
 */
@NullMarked
package dev.headwater.events;

import org.jspecify.annotations.NullMarked;
