/**
 * The model store: both embedding topics in, sealed and announced table versions out.
 *
 * <pre>
 *  embeddings.cold-start ──┐
 *  embeddings.fine-tuned ──┼─► StoreService ─► StoreEngine ──► EmbeddingStore (RocksDB)
 *  embeddings.rollback  ───┘   (Kafka in)      merge, fence    rows, inputs, lineage, deltas, meta
 *          ▲                                        │                 (one write batch: rows + offsets)
 *          │ reverse delta                          ▼  every sealInterval, when rows changed
 *          └──────────────── rollback       mint → write → read back → validate → announce last
 *                                                                                   │
 *  serving, jobs ◄── AnnouncementWatcher ◄── model-announcements ◄──────────────────┘
 * </pre>
 *
 * <p>This room composes the parts for the launcher and the tests. It must not know Flink, DJL or
 * the serving API.
 */
@NullMarked
package dev.headwater.store;

import org.jspecify.annotations.NullMarked;
