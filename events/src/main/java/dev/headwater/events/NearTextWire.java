package dev.headwater.events;

import dev.headwater.events.wire.EmbeddingRow;
import dev.headwater.events.wire.NearText;
import java.util.List;

/**
 * Which text of an item a cold row was compared with. Most items have the text that they began
 * with; of those one number says the incarnation and the revision.
 */
public final class NearTextWire {
  /** Where the writer did not say. */
  public static final long UNKNOWN = -1;

  private NearTextWire() {}

  /**
   * Takes in what a row says of one text.
   *
   * @param <T> what it becomes
   */
  @FunctionalInterface
  public interface Reader<T> {
    /**
     * One text.
     *
     * @param incarnation of its item, {@link #UNKNOWN} where the writer did not say
     * @param revision of the text, the same
     */
    T read(String item, float cosine, long incarnation, long revision);
  }

  /** Writes one. */
  public static NearText of(String item, float cosine, long incarnation, long revision) {
    NearText.Builder near = NearText.newBuilder().setItem(item).setCosine(cosine);
    near.setRevision(revision);
    if (incarnation != revision) {
      near.setIncarnation(incarnation);
    }
    return near.build();
  }

  /** Reads those of a cold row, in their order. */
  public static <T> List<T> read(EmbeddingRow cold, Reader<T> reader) {
    return cold.getNearTextsList().stream()
        .map(
            near ->
                reader.read(near.getItem(), near.getCosine(), incarnation(near), revision(near)))
        .toList();
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
