package dev.headwater.serving.items;

import java.io.UncheckedIOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Set;
import java.util.WeakHashMap;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Makes room for records in files of one folder, and has what is written there go to disk a little
 * at a time. Left alone the system writes a file half a minute after it was touched, whole: at a
 * thousand changed rows a second 400 MB at once, for which it takes a core for half a second, and
 * answers wait. Safe for concurrent use.
 */
public final class RecordFiles implements AutoCloseable {
  private static final Logger LOG = LoggerFactory.getLogger(RecordFiles.class);

  /** In which all that was touched is written once: well before the system would. */
  private static final Duration ROUND = Duration.ofSeconds(2);

  private static final Duration IDLE = Duration.ofSeconds(1);

  /**
   * So many times as long as a part took nothing is written: while a table is loaded every page is
   * touched again and again, and the disk is for others.
   */
  private static final int REST = 15;

  private final @Nullable Path folder;
  private final Set<PackedRecords> all = Collections.newSetFromMap(new WeakHashMap<>());
  private final @Nullable Thread writer;
  private boolean failing;

  private record Part(PackedRecords records, int slab) {}

  /**
   * Makes room below a folder.
   *
   * @param folder where the files go; null: records stay in memory
   */
  public RecordFiles(@Nullable Path folder) {
    this.folder = folder;
    writer = folder == null ? null : new Thread(this::write, "serving-records");
    if (writer != null) {
      writer.setDaemon(true);
      writer.start();
    }
  }

  /** Returns room of its own for records. */
  public PackedRecords records() {
    if (folder == null) {
      return PackedRecords.inMemory();
    }
    PackedRecords records = PackedRecords.below(folder);
    synchronized (all) {
      all.add(records);
    }
    return records;
  }

  private void write() {
    try {
      while (true) {
        List<Part> parts = unwritten();
        for (Part part : parts) {
          long beganNs = System.nanoTime();
          writeBack(part);
          Duration took = Duration.ofNanos(System.nanoTime() - beganNs);
          Thread.sleep(pause(took, parts.size()).toMillis());
        }
        if (parts.isEmpty()) {
          Thread.sleep(IDLE.toMillis());
        }
      }
    } catch (InterruptedException e) {
      LOG.debug("records are written by the system alone from now on");
    }
  }

  /**
   * Returns how long nothing is written after a part.
   *
   * @param took that the part took
   * @param parts of the round, one or more
   */
  static Duration pause(Duration took, int parts) {
    Duration share = ROUND.dividedBy(parts);
    Duration rest = took.multipliedBy(REST);
    return share.compareTo(rest) > 0 ? share : rest;
  }

  /** A disk that fails is told of once, and again when it has been well in between. */
  private void writeBack(Part part) {
    try {
      part.records().writeBack(part.slab());
      failing = false;
    } catch (UncheckedIOException e) {
      if (!failing) {
        LOG.warn("records were not written to disk and stay in memory for now", e);
      }
      failing = true;
    }
  }

  private List<Part> unwritten() {
    List<Part> parts = new ArrayList<>();
    synchronized (all) {
      for (PackedRecords records : all) {
        for (int slab : records.unwritten()) {
          parts.add(new Part(records, slab));
        }
      }
    }
    return parts;
  }

  /** Writes no more; records stay. */
  @Override
  public void close() {
    if (writer != null) {
      writer.interrupt();
    }
  }
}
