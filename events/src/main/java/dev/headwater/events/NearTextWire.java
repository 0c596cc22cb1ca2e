package dev.headwater.events;

import dev.headwater.events.wire.NearText;

/**
 * Which text of an item a cold row was compared with. Most items have the text that they began
 * with; of those one number says the incarnation and the revision.
 */
public final class NearTextWire {
  /** Where the writer did not say. */
  public static final long UNKNOWN = -1;

  private NearTextWire() {}

  /** Writes one. */
  public static NearText of(String item, float cosine, long incarnation, long revision) {
    NearText.Builder near = NearText.newBuilder().setItem(item).setCosine(cosine);
    near.setRevision(revision);
    if (incarnation != revision) {
      near.setIncarnation(incarnation);
    }
    return near.build();
  }

  /** Returns the revision of the text. */
  public static long revision(NearText near) {
    return near.hasRevision() ? near.getRevision() : UNKNOWN;
  }

  /** Returns the incarnation of its item. */
  public static long incarnation(NearText near) {
    return near.hasIncarnation() ? near.getIncarnation() : revision(near);
  }
}
