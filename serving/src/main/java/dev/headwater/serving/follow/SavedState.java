package dev.headwater.serving.follow;

import dev.headwater.events.Keys;
import dev.headwater.events.MergedRow;
import dev.headwater.serving.items.StateInput;
import dev.headwater.serving.items.StateOutput;
import dev.headwater.serving.state.Domain;
import dev.headwater.serving.state.Domains;
import dev.headwater.serving.state.ModelTable;
import dev.headwater.serving.state.RowState;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.UUID;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * What a node knows of items, kept over a restart: identifiers, catalog, rows, lists, indexes, and
 * how far the topics were read. It is written when a node ends and nothing changes any more, and
 * read before anything else: numbers and vectors are copied into memory, records are mapped and
 * read where they lie. What it does not hold (users, announcements, denials) is read from the
 * topics as ever.
 *
 * <p>One that cannot be used is deleted, with a warning: the topics hold all of it. It is deleted
 * as well once somebody asked for the deletion of what it may hold.
 */
public final class SavedState {
  private static final Logger LOG = LoggerFactory.getLogger(SavedState.class);
  private static final int FORMAT = 2;
  private static final String STATE = "state";
  private static final String WHOLE = "whole";
  private static final String FRESH = ".saving-";

  /** Tombstones live no longer: what ended since would come back. */
  private static final Duration OLDEST = Duration.ofDays(7);

  /** Clocks of two machines differ by less. */
  private static final Duration SKEW = Duration.ofMinutes(10);

  private final Path directory;
  private final String madeFor;
  private final Clock clock;
  private long savedMs;

  /** What a state begins with. */
  private record Header(int format, long savedMs, String madeFor) {
    static Header read(StateInput state) {
      return new Header(state.getInt(), state.getLong(), state.getText());
    }

    void write(StateOutput state) {
      state.putInt(format);
      state.putLong(savedMs);
      state.putText(madeFor);
    }
  }

  /**
   * What a node resumes with.
   *
   * @param offsets the next offset to read of each {@code topic/partition}; empty when nothing was
   *     saved
   * @param early rows that came before the first vector of their model
   */
  public record Resumed(Map<String, Long> offsets, Map<Keys.RowKey, MergedRow> early) {
    /** Nothing was saved. */
    public static final Resumed NOTHING = new Resumed(Map.of(), Map.of());

    /** Copies. */
    public Resumed {
      offsets = Map.copyOf(offsets);
      early = new LinkedHashMap<>(early);
    }
  }

  /**
   * What a node leaves.
   *
   * @param resumed where another goes on
   * @param retired tables that nobody needs any more
   */
  public record Left(Resumed resumed, Set<ModelTable> retired) {}

  /**
   * Uses a directory.
   *
   * @param directory this node's own; what is saved lies in a folder of it
   * @param madeFor what must be the same for the state to be of use: topics, what of them is taken
   *     in, and how it is kept
   */
  public SavedState(Path directory, String madeFor, Clock clock) {
    this.directory = directory;
    this.madeFor = madeFor;
    this.clock = clock;
  }

  private Path saved() {
    return directory.resolve("saved");
  }

  /**
   * Reads what was saved, if there is anything that can be used.
   *
   * @param domains without items
   * @param tables makes tables
   * @throws IllegalStateException if it was whole and could still not be read; it is gone then
   */
  public Resumed load(Domains domains, RowsHandler.TableMaker tables, FollowMetrics metrics) {
    deleteLeftOvers();
    if (!Files.isDirectory(saved())) {
      return Resumed.NOTHING;
    }
    long start = System.nanoTime();
    String unusable = unusable();
    if (unusable != null) {
      LOG.warn("the state saved in {} is not used: {}", saved(), unusable);
      metrics.onSavedStateLeftAside();
      delete(saved());
      return Resumed.NOTHING;
    }
    try (StateInput state = new StateInput(saved().resolve(STATE))) {
      Resumed resumed = read(state, domains, tables);
      state.end();
      LOG.info(
          "resumed with the state of {} ms ago in {} ms",
          clock.millis() - savedMs,
          (System.nanoTime() - start) / 1_000_000);
      return resumed;
    } catch (IOException | RuntimeException e) {
      delete(saved());
      throw new IllegalStateException(
          "the saved state was whole and could not be read; it is deleted, start again", e);
    }
  }

  /** Returns why it cannot be used; null where it can. */
  private @Nullable String unusable() {
    if (!Files.exists(saved().resolve(WHOLE))) {
      return "it was not finished";
    }
    try {
      StateInput.check(saved().resolve(STATE));
    } catch (IOException | UncheckedIOException | StateInput.DamagedException e) {
      return e.toString();
    }
    try (StateInput state = new StateInput(saved().resolve(STATE))) {
      Header header = Header.read(state);
      if (header.format() != FORMAT) {
        return "it is of format " + header.format() + ", not " + FORMAT;
      }
      if (clock.millis() - header.savedMs() > OLDEST.toMillis()) {
        return "it is older than " + OLDEST.toDays() + " days";
      }
      return header.madeFor().equals(madeFor)
          ? null
          : "it is for " + header.madeFor() + ", not for " + madeFor;
    } catch (IOException e) {
      return e.toString();
    }
  }

  private Resumed read(StateInput state, Domains domains, RowsHandler.TableMaker tables)
      throws IOException {
    savedMs = Header.read(state).savedMs();
    Map<String, Long> offsets = new HashMap<>();
    for (int left = state.getInt(); left > 0; left--) {
      offsets.put(state.getText(), state.getLong());
    }
    Map<Keys.RowKey, MergedRow> early = new LinkedHashMap<>();
    for (int left = state.getInt(); left > 0; left--) {
      Keys.RowKey key = new Keys.RowKey(state.getText(), state.getText(), state.getText());
      early.put(key, RowState.unpacked(state.getBytes()));
    }
    int count = state.getInt();
    for (int at = 0; at < count; at++) {
      Domain domain = domains.follow(state.getText());
      if (domain == null) {
        throw new IOException("a domain that this node does not follow");
      }
      domain.load(
          saved(), Integer.toString(at), state, (model, dim) -> tables.make(domain, model, dim));
    }
    return new Resumed(offsets, early);
  }

  /** Writes what is known, in place of what was saved before; nothing may change meanwhile. */
  public void save(Domains domains, Left left) {
    long start = System.nanoTime();
    Path fresh = directory.resolve(FRESH + UUID.randomUUID());
    try {
      Files.createDirectories(directory);
      Files.createDirectory(fresh);
      try (StateOutput state = new StateOutput(fresh.resolve(STATE))) {
        write(state, fresh, domains, left);
        state.end();
      }
      Files.createFile(fresh.resolve(WHOLE));
      delete(saved());
      Files.move(fresh, saved());
      LOG.info("saved the state in {} ms", (System.nanoTime() - start) / 1_000_000);
    } catch (IOException | RuntimeException e) {
      LOG.warn("the state is not saved; the next start resumes with the one before, if any", e);
      delete(fresh);
    }
  }

  /** Of nodes that were killed while they wrote: nobody would delete them later. */
  private void deleteLeftOvers() {
    if (!Files.isDirectory(directory)) {
      return;
    }
    List<Path> leftOvers;
    try (Stream<Path> all = Files.list(directory)) {
      leftOvers = all.filter(path -> path.getFileName().toString().startsWith(FRESH)).toList();
    } catch (IOException e) {
      LOG.warn("cannot look into {}", directory, e);
      return;
    }
    leftOvers.forEach(SavedState::delete);
  }

  private void write(StateOutput state, Path folder, Domains domains, Left left)
      throws IOException {
    new Header(FORMAT, clock.millis(), madeFor).write(state);
    state.putInt(left.resumed().offsets().size());
    left.resumed()
        .offsets()
        .forEach(
            (partition, offset) -> {
              state.putText(partition);
              state.putLong(offset);
            });
    state.putInt(left.resumed().early().size());
    left.resumed()
        .early()
        .forEach(
            (key, row) -> {
              state.putText(key.domain());
              state.putText(key.model());
              state.putText(key.item());
              state.putBytes(RowState.packed(row));
            });
    List<Domain> all = new ArrayList<>(domains.all());
    state.putInt(all.size());
    for (int at = 0; at < all.size(); at++) {
      state.putText(all.get(at).name());
      all.get(at).save(folder, Integer.toString(at), state, left.retired());
    }
  }

  /**
   * An item was deleted: what was saved before it was gone may hold it.
   *
   * @param goneMs when it was, by the clock of whoever says so
   */
  public synchronized void forget(long goneMs) {
    if (goneMs > savedMs - SKEW.toMillis() && Files.isDirectory(saved())) {
      LOG.info("the saved state is deleted: something that it may hold was");
      delete(saved());
    }
  }

  private static void delete(Path folder) {
    try {
      if (Files.isDirectory(folder)) {
        List<Path> all;
        try (Stream<Path> files = Files.walk(folder)) {
          all = files.sorted(Comparator.reverseOrder()).toList();
        }
        for (Path file : all) {
          Files.delete(file);
        }
      }
    } catch (IOException e) {
      LOG.warn("cannot delete {}", folder, e);
    }
  }
}
