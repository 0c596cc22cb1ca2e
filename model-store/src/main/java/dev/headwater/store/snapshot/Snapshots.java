package dev.headwater.store.snapshot;

import dev.headwater.store.table.EmbeddingStore;
import dev.headwater.store.table.StoreException;
import dev.headwater.store.table.StoreException.Code;
import dev.headwater.store.table.TableId;
import dev.headwater.store.table.TableState;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.time.Clock;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.Consumer;
import java.util.stream.Stream;

/** Takes, keeps and checks snapshots below one directory. Thread-safe; one is taken at a time. */
public final class Snapshots {
  private static final String ID_PREFIX = "snapshot-";

  private final Path directory;
  private final int max;
  private final Clock clock;
  private long drops;

  /** Directories that are being filled. */
  private final Set<Path> taking = ConcurrentHashMap.newKeySet();

  /**
   * Creates the keeper.
   *
   * @param directory on the file system of the store, so that files are linked and not copied
   * @param max snapshots kept; the oldest goes first
   */
  public Snapshots(Path directory, int max, Clock clock) {
    this.directory = directory;
    this.max = max;
    this.clock = clock;
  }

  /**
   * A snapshot whose files are linked and not yet summed up.
   *
   * @param into its directory
   * @param createdMs when it was taken
   * @param tables as they stood
   * @param offsets as they stood
   * @param drops how often snapshots had been dropped
   */
  public record Begun(
      Path into,
      long createdMs,
      List<SnapshotManifest.TableEntry> tables,
      Map<String, Long> offsets,
      long drops) {
    /** Copies the collections. */
    public Begun {
      tables = List.copyOf(tables);
      offsets = Map.copyOf(offsets);
    }
  }

  /** Takes one in one go; nothing may be written meanwhile. */
  public SnapshotManifest take(EmbeddingStore store, Consumer<Path> checkpoint) {
    return finish(begin(store, checkpoint));
  }

  /**
   * Links the files. The caller sees to it that nothing is written meanwhile; it takes a moment.
   *
   * @param store whose tables are named in the manifest
   * @param checkpoint links the store's files into a directory that does not exist yet
   */
  public synchronized Begun begin(EmbeddingStore store, Consumer<Path> checkpoint) {
    long now = clock.millis();
    while (Files.exists(directory.resolve(ID_PREFIX + now))) {
      now++; // two within a millisecond
    }
    Path into = directory.resolve(ID_PREFIX + now);
    try {
      Files.createDirectories(directory);
      dropUnfinished();
      taking.add(into);
      List<SnapshotManifest.TableEntry> tables = new ArrayList<>();
      for (TableId table : store.tables()) {
        TableState state = store.state(table);
        tables.add(
            new SnapshotManifest.TableEntry(
                table.domain(), table.model(), state.rows(), state.checksum()));
      }
      checkpoint.accept(into);
      return new Begun(into, now, tables, store.offsets(), drops);
    } catch (IOException e) {
      throw new StoreException(Code.STORAGE_FAILED, "cannot take a snapshot: " + e, e);
    }
  }

  /**
   * Sums up the files, which never change, and makes the snapshot whole; others may write.
   *
   * @throws StoreException NOT_READY when an item was deleted since it was begun, which it holds
   */
  public SnapshotManifest finish(Begun begun) {
    try {
      List<SnapshotManifest.FileEntry> files = entries(begun.into());
      String id = String.valueOf(begun.into().getFileName());
      SnapshotManifest manifest =
          new SnapshotManifest(
              SnapshotManifest.FORMAT,
              id,
              begun.createdMs(),
              files,
              begun.tables(),
              begun.offsets());
      complete(begun, manifest);
      return manifest;
    } catch (IOException | UncheckedIOException e) {
      throw given(begun, e);
    } finally {
      taking.remove(begun.into());
    }
  }

  /** What is not whole goes, and its files with it. */
  private synchronized StoreException given(Begun begun, Exception why) {
    try {
      delete(begun.into());
    } catch (IOException e) {
      why.addSuppressed(e);
    }
    return begun.drops() == drops
        ? new StoreException(Code.STORAGE_FAILED, "cannot take a snapshot: " + why, why)
        : dropped();
  }

  private static StoreException dropped() {
    return new StoreException(
        Code.NOT_READY, "an item was deleted while the snapshot was taken: take it again");
  }

  private synchronized void complete(Begun begun, SnapshotManifest manifest) throws IOException {
    if (begun.drops() != drops) {
      delete(begun.into());
      throw dropped();
    }
    writeDurably(begun.into(), manifest.toJson());
    dropOldest();
  }

  private static List<SnapshotManifest.FileEntry> entries(Path directory) throws IOException {
    List<SnapshotManifest.FileEntry> entries = new ArrayList<>();
    try (Stream<Path> files = Files.list(directory)) {
      for (Path file : files.sorted().toList()) {
        entries.add(
            new SnapshotManifest.FileEntry(
                String.valueOf(file.getFileName()), Files.size(file), sha256(file)));
      }
    }
    return entries;
  }

  private static void writeDurably(Path directory, byte[] bytes) throws IOException {
    Path file = directory.resolve(SnapshotManifest.FILE);
    Path tmp = directory.resolve(SnapshotManifest.FILE + ".tmp");
    try (FileChannel out =
        FileChannel.open(tmp, StandardOpenOption.CREATE, StandardOpenOption.WRITE)) {
      out.write(ByteBuffer.wrap(bytes));
      out.force(true);
    }
    Files.move(tmp, file, StandardCopyOption.ATOMIC_MOVE);
    sync(directory);
  }

  private static void sync(Path directory) throws IOException {
    try (FileChannel channel = FileChannel.open(directory, StandardOpenOption.READ)) {
      channel.force(true);
    }
  }

  /** A process that died while it took one left its files, which keep the space of all of them. */
  private void dropUnfinished() throws IOException {
    List<String> whole = ids();
    for (Path each : all()) {
      if (!taking.contains(each) && !whole.contains(String.valueOf(each.getFileName()))) {
        delete(each);
      }
    }
  }

  private List<Path> all() throws IOException {
    if (!Files.isDirectory(directory)) {
      return List.of();
    }
    try (Stream<Path> files = Files.list(directory)) {
      return files
          .filter(file -> String.valueOf(file.getFileName()).startsWith(ID_PREFIX))
          .toList();
    }
  }

  private void dropOldest() throws IOException {
    List<String> ids = ids();
    for (int i = 0; i < ids.size() - max; i++) {
      delete(directory.resolve(ids.get(i)));
    }
  }

  /**
   * Drops every snapshot, those being taken and those that were never finished too: what was
   * deleted must not live on in them.
   *
   * @return how many whole ones there were
   */
  public synchronized int dropAll() {
    drops++;
    try {
      int whole = ids().size();
      for (Path each : all()) {
        delete(each);
      }
      return whole;
    } catch (IOException e) {
      throw new StoreException(Code.STORAGE_FAILED, "cannot drop snapshots: " + e, e);
    }
  }

  private static void delete(Path directory) throws IOException {
    if (!Files.exists(directory)) {
      return;
    }
    try (Stream<Path> files = Files.walk(directory)) {
      for (Path file : files.sorted(Comparator.reverseOrder()).toList()) {
        Files.delete(file);
      }
    }
  }

  /** Returns the names of the complete snapshots, oldest first. */
  public List<String> ids() {
    if (!Files.isDirectory(directory)) {
      return List.of();
    }
    try (Stream<Path> files = Files.list(directory)) {
      return files
          .filter(file -> Files.exists(file.resolve(SnapshotManifest.FILE)))
          .map(file -> String.valueOf(file.getFileName()))
          .sorted()
          .toList();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /** Returns a file of a snapshot, refusing names that lead elsewhere. */
  public Path file(String id, String name) {
    Path file = directory.resolve(id).resolve(name).normalize();
    boolean inside =
        ids().contains(id)
            && directory.resolve(id).normalize().equals(file.getParent())
            && Files.isRegularFile(file);
    if (!inside) {
      throw new StoreException(Code.UNKNOWN_VERSION, "no file " + name + " in snapshot " + id);
    }
    return file;
  }

  static String sha256(Path file) throws IOException {
    try (InputStream in = Files.newInputStream(file)) {
      MessageDigest digest = MessageDigest.getInstance("SHA-256");
      byte[] buffer = new byte[1 << 18];
      for (int read = in.read(buffer); read >= 0; read = in.read(buffer)) {
        digest.update(buffer, 0, read);
      }
      return HexFormat.of().formatHex(digest.digest());
    } catch (NoSuchAlgorithmException e) {
      throw new IllegalStateException(e);
    }
  }
}
