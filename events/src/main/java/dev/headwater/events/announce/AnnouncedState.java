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
 * @param pin what holds {@code announcedVersion}, null while nothing does
 * @param resumedMs when a person last let the table go on (unpinned, or rolled back), Unix
 *     milliseconds; 0: never
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
    @Nullable Pin pin,
    long resumedMs,
    long checksum,
    long rows,
    GenerationFences fences,
    @Nullable String lastReason) {
  /** Who of what the store does by itself; no person may bear the name. */
  public static final String AUTOMATIC = "automatic";

  /**
   * What holds a domain at a version.
   *
   * @param who pinned it, empty when an older release did not say; {@link #AUTOMATIC}: the store
   * @param why as they said
   */
  public record Pin(String who, String why) {
    /** Tells whether the store pinned by itself: then it also unpins by itself. */
    public boolean isAutomatic() {
      return who.equals(AUTOMATIC);
    }
  }

  /** Tells whether {@code announcedVersion} is held. */
  public boolean pinned() {
    return pin != null;
  }

  /** Tells whether the store itself took the learner's rows after {@code announcedVersion} back. */
  public boolean isWithdrawn() {
    return pin != null && pin.isAutomatic();
  }

  /** Returns the present generation: live rows of an older one are not applied. */
  public long generation() {
    return fences.generation();
  }
}
