package dev.headwater.store.cycle;

import com.fasterxml.jackson.annotation.JsonInclude;
import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.DeserializationFeature;
import com.fasterxml.jackson.databind.json.JsonMapper;
import dev.headwater.store.table.SealedVersion;
import dev.headwater.store.table.TableId;
import java.io.IOException;
import java.util.Collections;
import java.util.Map;
import java.util.Objects;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/**
 * One record of the store's journal, by which a standby does what the primary did in the same
 * order, and so keeps the same versions: not before it has read announcements and rows as far as
 * the primary had.
 *
 * @param node who wrote it
 * @param announced the announcement log counts up to here, this offset excluded
 * @param offsets rows count up to here: next offset to read of each {@code topic/partition}
 * @param deed what was done then
 */
public record JournalEntry(String node, long announced, Map<String, Long> offsets, Deed deed) {
  private static final JsonMapper JSON =
      JsonMapper.builder()
          .defaultPropertyInclusion(
              JsonInclude.Value.construct(
                  JsonInclude.Include.NON_NULL, JsonInclude.Include.USE_DEFAULTS))
          .disable(DeserializationFeature.FAIL_ON_UNKNOWN_PROPERTIES)
          .build();

  /** Copies the map. */
  public JournalEntry {
    offsets = Collections.unmodifiableMap(new TreeMap<>(offsets)); // as they are written
  }

  /** What a primary does. */
  public enum Kind {
    /** It is there, and has read as far as the entry says. */
    PROGRESS,
    /** It sealed a version. */
    SEALED,
    /** Validators judged one. */
    JUDGED,
    /** It said that one is to be served. */
    ANNOUNCED,
    /** It took an item out of all versions. */
    DELETED,
    /** It took back all versions of a bundle that was retired. */
    RETIRED,
    /** Of a later release. */
    UNKNOWN
  }

  /**
   * What was done.
   *
   * @param kind decides which of the others is there
   * @param version as it stood afterwards
   * @param deletion what was deleted
   * @param retired the table of which no version is kept any more
   */
  public record Deed(
      Kind kind,
      @Nullable SealedVersion version,
      @Nullable ItemDeletion deletion,
      @Nullable TableId retired) {
    /** It is there. */
    public static final Deed PROGRESS = new Deed(Kind.PROGRESS, null, null, null);

    /** It sealed a version. */
    static Deed sealed(SealedVersion version) {
      return new Deed(Kind.SEALED, version, null, null);
    }

    /** A version was judged. */
    static Deed judged(SealedVersion version) {
      return new Deed(Kind.JUDGED, version, null, null);
    }

    /** A version was announced, whatever the log remembers of it later. */
    static Deed announced(SealedVersion version) {
      return new Deed(Kind.ANNOUNCED, version, null, null);
    }

    /** An item is deleted. */
    static Deed deleted(ItemDeletion deletion) {
      return new Deed(Kind.DELETED, null, deletion, null);
    }

    /** A bundle was retired, and its rows have ended as far as was read. */
    static Deed retired(TableId table) {
      return new Deed(Kind.RETIRED, null, null, table);
    }
  }

  /** Returns the same deed, saying nothing of how far was read. */
  public JournalEntry withoutOffsets() {
    return new JournalEntry(node, announced, Map.of(), deed);
  }

  /** Returns what replaces it in the topic when it is compacted. */
  public String key() {
    SealedVersion version = deed.version();
    ItemDeletion deletion = deed.deletion();
    if (version != null) {
      return deed.kind() + "/" + version.version();
    }
    if (deletion != null) {
      return deed.kind() + "/" + deletion.domain() + "/" + deletion.item();
    }
    return deed.retired() == null ? deed.kind().toString() : deed.kind() + "/" + deed.retired();
  }

  /** Returns its bytes. */
  public byte[] toJson() {
    try {
      return JSON.writeValueAsBytes(this);
    } catch (JsonProcessingException e) {
      throw new IllegalStateException("cannot write " + this, e);
    }
  }

  /** Reads one; what a later release wrote is of kind UNKNOWN, what cannot be read is null. */
  public static @Nullable JournalEntry read(byte[] bytes) {
    try {
      JournalEntry entry =
          JSON.readerFor(JournalEntry.class)
              .with(DeserializationFeature.READ_UNKNOWN_ENUM_VALUES_AS_NULL)
              .readValue(bytes);
      Deed deed = Objects.requireNonNullElse(entry.deed, Deed.PROGRESS);
      return deed.kind() == null
          ? new JournalEntry(
              entry.node, entry.announced, entry.offsets, new Deed(Kind.UNKNOWN, null, null, null))
          : entry;
    } catch (IOException | RuntimeException e) {
      return null;
    }
  }
}
