package dev.headwater.store.snapshot;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.DeserializationFeature;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.json.JsonMapper;
import dev.headwater.store.table.StoreException;
import java.io.IOException;
import java.util.List;
import java.util.Map;

/**
 * What a snapshot holds; stands beside its files as {@code manifest.json}, written last.
 *
 * @param format of the snapshot
 * @param id its name
 * @param createdMs when it was taken
 * @param files every file with size and checksum
 * @param tables every table with the checksum of its rows
 * @param offsets next offset to read of each {@code topic/partition}
 */
public record SnapshotManifest(
    int format,
    String id,
    long createdMs,
    List<FileEntry> files,
    List<TableEntry> tables,
    Map<String, Long> offsets) {
  /** Name of the manifest's file. */
  public static final String FILE = "manifest.json";

  /** What this release writes; the oldest it reads is the same. */
  public static final int FORMAT = 1;

  private static final ObjectMapper JSON =
      JsonMapper.builder().disable(DeserializationFeature.FAIL_ON_UNKNOWN_PROPERTIES).build();

  /** Copies the collections. */
  public SnapshotManifest {
    files = List.copyOf(files);
    tables = List.copyOf(tables);
    offsets = Map.copyOf(offsets);
  }

  /** A file. */
  public record FileEntry(String name, long bytes, String sha256) {}

  /** A table. */
  public record TableEntry(String domain, String model, long rows, long checksum) {}

  /** Returns the JSON form. */
  public byte[] toJson() {
    try {
      return JSON.writerWithDefaultPrettyPrinter().writeValueAsBytes(this);
    } catch (JsonProcessingException e) {
      throw new IllegalStateException(e);
    }
  }

  /**
   * Reads the JSON form.
   *
   * @throws StoreException TOO_NEW or TOO_OLD by its format, CORRUPT when it is no manifest
   */
  public static SnapshotManifest parse(byte[] json) {
    try {
      int format = JSON.readTree(json).path("format").asInt(-1);
      if (format > FORMAT) {
        throw new StoreException(
            StoreException.Code.TOO_NEW,
            "the snapshot has format %d, this release reads %d".formatted(format, FORMAT));
      }
      if (format >= 0 && format < FORMAT) {
        throw new StoreException(
            StoreException.Code.TOO_OLD,
            "the snapshot has format %d, this release reads %d".formatted(format, FORMAT));
      }
      return JSON.readValue(json, SnapshotManifest.class);
    } catch (IOException | RuntimeException e) {
      if (e instanceof StoreException known) {
        throw known;
      }
      throw new StoreException(
          StoreException.Code.CORRUPT, "the manifest cannot be read: " + e.getMessage(), e);
    }
  }
}
