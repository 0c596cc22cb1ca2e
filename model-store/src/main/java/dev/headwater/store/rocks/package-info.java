/**
 * Embedding tables on RocksDB.
 *
 * <pre>
 * column family  key                                        value
 * rows           table u32 | item UTF-8 | FF | ~version u32   row as RowCodec writes it, or a tombstone
 * lineage        same as rows                                EmbeddingRow without vectors: times, matches
 * inputs         table u32 | item UTF-8 | FF | kind u8        0 cold row, 1 tuned row that waits, 2 a
 *                                                            correction owed, 3 deleted on request,
 *                                                            4 (no item) generation of the table
 * deltas         table u32 | version u32 | chunk u32          names of items touched, 1,000 a chunk
 * default        format, n, o/topic/partition,               format, version counter, offsets, times of
 *                r/domain/item, t/table, v/table/version     requests to delete, tables, manifests
 *                                                            (numbers, JSON)
 *
 *   item "a7":  rows  1|a7|FF|~9  ◄─ newest, its key is known from memory: one point read
 *                     1|a7|FF|~6  ◄─ what version 6, 7 and 8 read; the reverse delta of 9
 *                     1|a7|FF|~2
 *
 *   write:   rows ─► slot in memory ─► encoded into one write batch ─► database ─► noted in the slot
 *   seal:    manifest + names of the touched items, one synced batch ─► read back by those names
 *   start:   headwater.index (a clean close or a snapshot left it) or else the newest row of each item
 * </pre>
 *
 * <p>FF never occurs in UTF-8, so no item's keys stand between those of another, and the inverted
 * version puts the newest first. Only one row of an item is kept per table version: several writes
 * within the open version overwrite each other. Memory keeps, per item, the version it was last
 * written in, the hash of its row (for the checksum) and the row's version (for merging), so a put
 * reads nothing. Everything a batch changes, offsets included, goes into one write batch.
 *
 * <p>The launcher's composition comes in; nobody else needs to know RocksDB.
 */
@NullMarked
package dev.headwater.store.rocks;

import org.jspecify.annotations.NullMarked;
