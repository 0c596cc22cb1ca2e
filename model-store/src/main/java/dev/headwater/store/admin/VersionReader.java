package dev.headwater.store.admin;

import dev.headwater.access.Outgoing;
import dev.headwater.events.wire.EmbeddingRow;
import dev.headwater.store.table.StoreException;
import dev.headwater.store.table.StoreException.Code;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.net.URI;
import java.net.URLEncoder;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * Reads all rows of a sealed version from a running store, page by page: each page has its own time
 * limit, so that a store that hangs stops the reader and nothing else. Thread-safe.
 */
public final class VersionReader {
  private static final Duration PAGE_MAX = Duration.ofSeconds(20);

  private final StorePair stores;
  private final Outgoing outgoing;
  private final HttpClient http;

  /**
   * Creates one.
   *
   * @param base the store's address
   * @param outgoing whom it trusts and the key it shows
   */
  public VersionReader(URI base, Outgoing outgoing) {
    this(base, null, outgoing);
  }

  /**
   * Creates one for a pair of stores: it reads from the one that announces.
   *
   * @param other the other one's address; null: there is one store
   */
  public VersionReader(URI base, @Nullable URI other, Outgoing outgoing) {
    stores = new StorePair(base, other, outgoing);
    this.outgoing = outgoing;
    http = outgoing.client(Duration.ofSeconds(5)).build();
  }

  /**
   * Reads a version.
   *
   * @throws StoreException when the store refuses, is away or hangs; what was read counts nothing
   */
  public void read(long version, Consumer<EmbeddingRow> each) throws InterruptedException {
    URI base = stores.find().join();
    String after = "";
    for (String last = read(base, version, after, each); !last.equals(after); ) {
      after = last;
      last = read(base, version, after, each);
    }
  }

  /** Reads a page and returns its last item; the one asked for when there was none after it. */
  private String read(URI base, long version, String after, Consumer<EmbeddingRow> each)
      throws InterruptedException {
    String path =
        "/v1/rows?version="
            + version
            + "&after="
            + URLEncoder.encode(after, StandardCharsets.UTF_8);
    byte[] page = page(base, outgoing.request(base.resolve(path)).GET().build());
    ByteArrayInputStream in = new ByteArrayInputStream(page);
    String last = after;
    try {
      while (in.available() > 0) {
        EmbeddingRow row = EmbeddingRow.parseDelimitedFrom(in);
        each.accept(row);
        last = row.getItem();
      }
    } catch (IOException e) {
      throw new StoreException(Code.TRUNCATED, "a page of version " + version + " is cut short", e);
    }
    return last;
  }

  private byte[] page(URI base, HttpRequest request) throws InterruptedException {
    CompletableFuture<HttpResponse<byte[]>> answer =
        http.sendAsync(request, HttpResponse.BodyHandlers.ofByteArray());
    try {
      HttpResponse<byte[]> response = answer.get(PAGE_MAX.toMillis(), TimeUnit.MILLISECONDS);
      if (response.statusCode() != 200) {
        String detail = new String(response.body(), StandardCharsets.UTF_8);
        throw new StoreException(
            Code.UNKNOWN_VERSION, "the store answered " + response.statusCode() + ": " + detail);
      }
      return response.body();
    } catch (ExecutionException | TimeoutException e) {
      answer.cancel(true);
      throw new StoreException(Code.STORAGE_FAILED, "no store answers at " + base + ": " + e, e);
    }
  }
}
