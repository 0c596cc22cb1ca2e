package dev.headwater.events;

import dev.headwater.events.wire.EmbeddingRow;
import dev.headwater.events.wire.RowVersion;
import dev.headwater.events.wire.Vector;

/**
 * Rows as they are held in memory by a reader that has their vectors elsewhere (on disk, in a
 * tensor) or needs none. A light row says that it had a vector by a <em>marker</em>, a vector that
 * is present and empty, so that {@link MergedRow} decides about it as about the whole row. The
 * marker is never sent: {@link RowLog} refuses a row that bears it.
 */
public final class LightRows {
  /** Stands for a vector that is held elsewhere. */
  private static final Vector MARKER = Vector.getDefaultInstance();

  private LightRows() {}

  /**
   * Returns what merging needs of a row: incarnation and when that began, text, origin, version,
   * the rollback that is in it, and whether it has a vector. A light row is returned as it is.
   */
  public static EmbeddingRow of(EmbeddingRow row) {
    if (isLight(row)) {
      return row;
    }
    EmbeddingRow.Builder light =
        EmbeddingRow.newBuilder()
            .setIncarnation(row.getIncarnation())
            .setBeganMs(row.getBeganMs())
            .setRevision(row.getRevision())
            .setOrigin(row.getOrigin());
    if (row.hasRollbackRead()) {
      light.setRollbackRead(row.getRollbackRead());
    }
    if (row.hasVersion()) {
      light.setVersion(row.getVersion());
    }
    return row.hasVector() ? light.setVector(MARKER).build() : light.build();
  }

  /** Returns the light form of a row of which no more than this is known. */
  public static EmbeddingRow of(long incarnation, EmbeddingRow.Origin origin, RowVersion version) {
    return EmbeddingRow.newBuilder()
        .setIncarnation(incarnation)
        .setOrigin(origin)
        .setVersion(version)
        .setVector(MARKER)
        .build();
  }

  /**
   * Returns what a row can be made from again: all of it, the text vector among it, but the other
   * vectors, the matches and the lists. A light row is returned as it is.
   */
  public static EmbeddingRow withText(EmbeddingRow row) {
    if (isLight(row)) {
      return row;
    }
    EmbeddingRow.Builder light =
        row.toBuilder()
            .clearSourceVector()
            .clearMatches()
            .clearNearTexts()
            .clearCounts()
            .clearOptimizerFirstMoment()
            .clearOptimizerSecondMoment();
    return row.hasVector() ? light.setVector(MARKER).build() : light.build();
  }

  /** Tells whether the row's vector is held elsewhere. */
  public static boolean isLight(EmbeddingRow row) {
    return row.hasVector() && row.getVector().getData().isEmpty();
  }
}
