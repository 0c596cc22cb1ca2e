package dev.headwater.store.table;

import java.util.Base64;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/**
 * The manifest of a table version.
 *
 * @param domain of the table
 * @param model of the table
 * @param version its number, unique in the store
 * @param status how far it came
 * @param checksum sum of its rows' hashes
 * @param rows live rows
 * @param touched rows written since the version before
 * @param generation of the table when it was sealed
 * @param offsets cut: next offset to read of each {@code topic/partition}
 * @param sealedMs when it was sealed, Unix milliseconds
 * @param deleted rows deleted on request from this version after it was sealed
 * @param verdicts of the validators, {@code name: details}
 * @param ranker the row of the ranker's weights that stood, as bytes in Base64; null for none. It
 *     is no item: neither checksum nor rows count it
 */
public record SealedVersion(
    String domain,
    String model,
    long version,
    VersionStatus status,
    long checksum,
    long rows,
    long touched,
    long generation,
    Map<String, Long> offsets,
    long sealedMs,
    long deleted,
    List<String> verdicts,
    @Nullable String ranker) {

  /** Copies the collections. */
  public SealedVersion {
    offsets = Collections.unmodifiableMap(new TreeMap<>(offsets)); // as they are announced
    verdicts = List.copyOf(verdicts);
  }

  /** Returns the table. */
  public TableId table() {
    return new TableId(domain, model);
  }

  /** Returns the row of the ranker's weights as it was written, or null. */
  public byte @Nullable [] rankerRow() {
    return ranker == null ? null : Base64.getDecoder().decode(ranker);
  }

  /** Returns bytes of a ranker's row as a manifest holds them. */
  public static @Nullable String ranker(byte @Nullable [] row) {
    return row == null ? null : Base64.getEncoder().encodeToString(row);
  }

  /** Returns a copy with another status. */
  public SealedVersion withStatus(VersionStatus other) {
    return judged(other, verdicts);
  }

  /** Returns a copy that was judged. */
  public SealedVersion judged(VersionStatus other, List<String> by) {
    return new SealedVersion(
        domain,
        model,
        version,
        other,
        checksum,
        rows,
        touched,
        generation,
        offsets,
        sealedMs,
        deleted,
        by,
        ranker);
  }

  /** Returns a copy from which one row was deleted. */
  public SealedVersion without(long contentHash) {
    return new SealedVersion(
        domain,
        model,
        version,
        status,
        checksum - contentHash,
        rows - 1,
        touched,
        generation,
        offsets,
        sealedMs,
        deleted + 1,
        verdicts,
        ranker);
  }
}
