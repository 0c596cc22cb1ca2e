package dev.headwater.store.snapshot;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;
import dev.headwater.access.Outgoing;
import dev.headwater.store.table.StoreException;
import java.io.IOException;
import java.io.OutputStream;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.URI;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

@Timeout(60)
class SnapshotFetcherTest {
  private static final byte[] FILE = new byte[4_000];
  private static final int HALF = 2_000;

  @TempDir private Path out;
  private final ExecutorService threads = Executors.newCachedThreadPool();
  private final CountDownLatch over = new CountDownLatch(1);
  private final HttpServer server;
  private volatile boolean isStill = true;

  SnapshotFetcherTest() throws IOException {
    Arrays.fill(FILE, (byte) 7);
    server = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
    server.setExecutor(threads);
    server.createContext("/v1/snapshots/one/files/" + SnapshotManifest.FILE, this::manifest);
    server.createContext("/v1/snapshots/one/files/rows.sst", this::rows);
  }

  @BeforeEach
  void start() {
    server.start();
  }

  @AfterEach
  void stop() {
    over.countDown();
    server.stop(0);
    threads.shutdownNow();
  }

  @Test
  void aStoreThatStandsStillInAFileIsGivenUpAndGoneOnFrom() {
    URI base = URI.create("http://127.0.0.1:" + server.getAddress().getPort());
    SnapshotFetcher fetcher = new SnapshotFetcher(base, Outgoing.NONE, Duration.ofMillis(500));
    assertThatThrownBy(() -> fetcher.fetch("one", out))
        .isInstanceOf(StoreException.class)
        .hasMessageContaining("sent nothing for");
    assertThat(out.resolve(SnapshotManifest.FILE)).as("it is not whole").doesNotExist();
    assertThat(out.resolve("rows.sst")).hasSize(HALF);

    isStill = false;
    assertThat(fetchAgain(fetcher).files()).hasSize(1);
    assertThat(out.resolve("rows.sst")).hasBinaryContent(FILE);
    assertThat(out.resolve(SnapshotManifest.FILE)).exists();
  }

  private SnapshotManifest fetchAgain(SnapshotFetcher fetcher) {
    try {
      return fetcher.fetch("one", out);
    } catch (InterruptedException e) {
      throw new AssertionError(e);
    }
  }

  private void manifest(HttpExchange exchange) throws IOException {
    byte[] json =
        new SnapshotManifest(
                SnapshotManifest.FORMAT,
                "one",
                0,
                List.of(new SnapshotManifest.FileEntry("rows.sst", FILE.length, "")),
                List.of(),
                Map.of())
            .toJson();
    exchange.sendResponseHeaders(200, json.length);
    try (OutputStream body = exchange.getResponseBody()) {
      body.write(json);
    }
  }

  /** The whole from where it is asked for, or half of it and then nothing. */
  private void rows(HttpExchange exchange) throws IOException {
    String range = exchange.getRequestHeaders().getFirst("Range");
    int from = Integer.parseInt(range.substring("bytes=".length(), range.length() - 1));
    exchange.sendResponseHeaders(206, FILE.length - from);
    OutputStream body = exchange.getResponseBody();
    body.write(FILE, from, isStill ? HALF : FILE.length - from);
    body.flush();
    if (isStill) {
      await();
    }
    exchange.close();
  }

  private void await() {
    try {
      over.await();
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }
}
