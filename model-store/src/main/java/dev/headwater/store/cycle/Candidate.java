package dev.headwater.store.cycle;

import dev.headwater.store.table.EmbeddingStore;
import dev.headwater.store.table.SealedVersion;
import org.jspecify.annotations.Nullable;

/**
 * A sealed version that waits for its verdicts.
 *
 * @param version what was sealed
 * @param previous the newest version announced before it, null for the first
 * @param touched the rows written since the version before, read back from disk
 * @param surroundings what is known beside the table
 * @param store to read rows of any retained version
 */
public record Candidate(
    SealedVersion version,
    @Nullable SealedVersion previous,
    TouchedRows touched,
    Surroundings surroundings,
    EmbeddingStore store) {}
