package dev.headwater.events.announce;

import org.jspecify.annotations.Nullable;

/**
 * What one domain shall serve now. Encoder, table and index parameters are named together: they are
 * switched together.
 *
 * @param domain the domain
 * @param modelVersion bundle id, which is also the model part of row keys
 * @param indexParameters how the model's table is to be indexed, empty when it does not say
 * @param announcedVersion table version to serve, 0 while the model has none
 * @param latestVersion newest version that was sealed and not rejected, 0 when none
 * @param pinned whether an operator holds {@code announcedVersion}
 * @param checksum of the announced version, 0 when unknown
 * @param rows of the announced version
 * @param fences generations of the model's table
 * @param lastReason reason of the newest announcement about this table, null when it gave none
 */
public record AnnouncedState(
    String domain,
    String modelVersion,
    String indexParameters,
    long announcedVersion,
    long latestVersion,
    boolean pinned,
    long checksum,
    long rows,
    GenerationFences fences,
    @Nullable String lastReason) {

  /** Returns the present generation: live rows of an older one are not applied. */
  public long generation() {
    return fences.generation();
  }
}
