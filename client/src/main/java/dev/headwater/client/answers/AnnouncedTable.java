package dev.headwater.client.answers;

import com.fasterxml.jackson.databind.PropertyNamingStrategies;
import com.fasterxml.jackson.databind.annotation.JsonNaming;
import org.jspecify.annotations.Nullable;

/**
 * What a domain shall serve after a call of an operator; names as the store has always written
 * them.
 *
 * @param domain the domain
 * @param model bundle
 * @param indexParameters how the table is to be indexed; may be empty
 * @param announced version
 * @param latest newest version that was sealed
 * @param pinned whether the announced one is held
 * @param pinnedBy who holds it: {@code automatic} is the store itself, which also lets go by
 *     itself; absent while nobody does
 * @param pinnedWhy as they said; absent while nobody does
 * @param checksum of the announced one, hexadecimal
 * @param rows of the announced one
 * @param generation grows with every rollback
 * @param reason of the newest announcement
 */
@JsonNaming(PropertyNamingStrategies.LowerCamelCaseStrategy.class)
public record AnnouncedTable(
    String domain,
    String model,
    String indexParameters,
    long announced,
    long latest,
    boolean pinned,
    @Nullable String pinnedBy,
    @Nullable String pinnedWhy,
    String checksum,
    long rows,
    long generation,
    @Nullable String reason) {}
