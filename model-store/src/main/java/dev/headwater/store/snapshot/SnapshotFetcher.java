package dev.headwater.store.snapshot;

import dev.headwater.access.Outgoing;
import dev.headwater.store.table.StoreException;
import dev.headwater.store.table.StoreException.Code;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.net.http.HttpTimeoutException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.time.Duration;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;

/**
 * Fetches a snapshot from a running store. A file that is there in part is fetched from where it
 * stopped; the manifest is written last, so that a directory with one is complete.
 */
public final class SnapshotFetcher {
  private static final Duration STALL = Duration.ofSeconds(30);

  private final URI base;
  private final Outgoing outgoing;
  private final Duration stall;
  private final HttpClient http;

  /** Creates one that shows no key. */
  public SnapshotFetcher(URI base) {
    this(base, Outgoing.NONE);
  }

  /**
   * Creates one.
   *
   * @param base the store's address, {@code http://host:port} or {@code https://…}
   * @param outgoing whom it trusts and the key it shows
   */
  public SnapshotFetcher(URI base, Outgoing outgoing) {
    this(base, outgoing, STALL);
  }

  /**
   * Creates one.
   *
   * @param stall so long may a store send nothing before it counts as gone
   */
  SnapshotFetcher(URI base, Outgoing outgoing, Duration stall) {
    this.base = base;
    this.outgoing = outgoing;
    this.stall = stall;
    http = outgoing.client(Duration.ofSeconds(5)).build();
  }

  /**
   * Fetches one snapshot into a directory and returns its manifest; run it again to go on from
   * where it stopped.
   *
   * @throws StoreException if the store has no such snapshot, or stopped sending for 30 s
   */
  public SnapshotManifest fetch(String id, Path into) throws InterruptedException {
    try {
      Files.createDirectories(into);
      byte[] json = bytes("/v1/snapshots/" + id + "/files/" + SnapshotManifest.FILE);
      SnapshotManifest manifest = SnapshotManifest.parse(json);
      for (SnapshotManifest.FileEntry entry : manifest.files()) {
        fetch(id, entry, into.resolve(entry.name()));
      }
      Files.write(into.resolve(SnapshotManifest.FILE), json);
      return manifest;
    } catch (IOException e) {
      throw new StoreException(Code.TRUNCATED, "fetching stopped: " + e + "; run it again", e);
    }
  }

  /** The client's own thread writes to the file: no hand-over from thread to thread. */
  private static HttpResponse.BodySubscriber<?> into(int status, Path file) {
    return switch (status) {
      case 206 ->
          HttpResponse.BodySubscribers.ofFile(
              file, StandardOpenOption.CREATE, StandardOpenOption.APPEND);
      case 200 ->
          HttpResponse.BodySubscribers.ofFile(
              file,
              StandardOpenOption.CREATE,
              StandardOpenOption.WRITE,
              StandardOpenOption.TRUNCATE_EXISTING);
      default -> HttpResponse.BodySubscribers.discarding();
    };
  }

  private byte[] bytes(String path) throws IOException, InterruptedException {
    HttpResponse<byte[]> response =
        answer(
            http.sendAsync(request(path).build(), HttpResponse.BodyHandlers.ofByteArray()),
            () -> 0);
    if (response.statusCode() != 200) {
      throw new StoreException(Code.UNKNOWN_VERSION, path + " answered " + response.statusCode());
    }
    return response.body();
  }

  private HttpRequest.Builder request(String path) {
    return outgoing.request(base.resolve(path)).timeout(stall);
  }

  /** How many bytes arrived so far. */
  private interface Progress {
    long bytes() throws IOException;
  }

  /** The client's own timeout ends with the headers: a store may stand still in a file. */
  private <T> T answer(CompletableFuture<T> sent, Progress progress)
      throws IOException, InterruptedException {
    while (true) {
      long before = progress.bytes();
      try {
        return sent.get(stall.toMillis(), TimeUnit.MILLISECONDS);
      } catch (TimeoutException e) {
        if (progress.bytes() == before) {
          sent.cancel(true);
          throw new HttpTimeoutException("the store sent nothing for " + stall.toSeconds() + " s");
        }
      } catch (ExecutionException e) {
        throw e.getCause() instanceof IOException cause ? cause : new IOException(e.getCause());
      } catch (InterruptedException e) {
        sent.cancel(true);
        throw e;
      }
    }
  }

  private void fetch(String id, SnapshotManifest.FileEntry entry, Path file)
      throws IOException, InterruptedException {
    long have = Files.exists(file) ? Files.size(file) : 0;
    if (have == entry.bytes() && Files.exists(file)) {
      return;
    }
    if (have > entry.bytes()) {
      Files.delete(file);
      have = 0;
    }
    HttpRequest request =
        request("/v1/snapshots/" + id + "/files/" + entry.name())
            .header("Range", "bytes=" + have + "-")
            .build();
    HttpResponse<?> response =
        answer(
            http.sendAsync(request, info -> into(info.statusCode(), file)),
            () -> Files.exists(file) ? Files.size(file) : 0);
    if (response.statusCode() != 206 && response.statusCode() != 200) {
      throw new IOException(entry.name() + " answered " + response.statusCode());
    }
  }
}
