package dev.headwater.store.admin;

import static org.assertj.core.api.Assertions.assertThat;

import dev.headwater.events.wire.VectorFormat;
import dev.headwater.store.cycle.EngineFixture;
import dev.headwater.store.cycle.InMemoryAnnouncementLog;
import dev.headwater.store.cycle.StoreEngine;
import dev.headwater.store.snapshot.Snapshots;
import dev.headwater.store.table.InMemoryEmbeddingStore;
import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.Socket;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Snapshot files of some size, fetched by callers who stop to read. */
class SnapshotDownloadsIT {
  private static final int BYTES = 16 << 20;
  private static final int SEED = 7;
  private static final Duration PATIENCE = Duration.ofSeconds(20);

  @TempDir Path directory;
  private final byte[] content = new byte[BYTES];
  private final HttpClient client = HttpClient.newHttpClient();
  private StoreEngine engine;
  private StoreServer server;
  private LiveSnapshots live;

  @BeforeEach
  void start() {
    new Random(SEED).nextBytes(content);
    engine =
        EngineFixture.engine(
            new InMemoryEmbeddingStore(VectorFormat.FP32), new InMemoryAnnouncementLog());
    Snapshots snapshots = new Snapshots(directory, 2, EngineFixture.CLOCK);
    live = new LiveSnapshots(engine, snapshots, this::files);
    server =
        new StoreServer(
            new StoreServer.Parts(engine, live, () -> null, new SimpleMeterRegistry()), 0);
  }

  @AfterEach
  void stop() {
    server.close();
    engine.close();
  }

  private void files(Path into) {
    try {
      Files.createDirectory(into);
      Files.write(into.resolve("large"), content);
      Files.createFile(into.resolve("empty"));
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private HttpRequest.Builder request(String path) {
    return HttpRequest.newBuilder(URI.create("http://127.0.0.1:" + server.port() + path))
        .timeout(PATIENCE);
  }

  private Socket stalled(String path) throws IOException {
    Socket socket = new Socket(InetAddress.getLoopbackAddress(), server.port());
    socket
        .getOutputStream()
        .write(
            ("GET " + path + " HTTP/1.1\r\nHost: x\r\n\r\n").getBytes(StandardCharsets.US_ASCII));
    assertThat(socket.getInputStream().read()).as("it has begun").isEqualTo('H');
    return socket;
  }

  @Test
  void callersWhoStopToReadKeepNobodyFromAnAnswer() throws Exception {
    String file = "/v1/snapshots/" + live.take().id() + "/files/large";
    List<Socket> stalled = new ArrayList<>();
    try {
      for (int i = 0; i < 12; i++) {
        stalled.add(stalled(file));
      }
      for (String path : List.of("/v1/health", "/v1/announced", "/v1/snapshots")) {
        HttpResponse<String> got =
            client.send(request(path).build(), HttpResponse.BodyHandlers.ofString());
        assertThat(got.statusCode()).as(path).isEqualTo(200);
      }
      HttpResponse<byte[]> whole =
          client.send(request(file).build(), HttpResponse.BodyHandlers.ofByteArray());
      assertThat(whole.body()).isEqualTo(content);
    } finally {
      for (Socket socket : stalled) {
        socket.close();
      }
    }
  }

  @Test
  void aRangeIsAnsweredFromItsStartAndOtherFormsWhole() throws Exception {
    String file = "/v1/snapshots/" + live.take().id() + "/files/large";
    HttpResponse<byte[]> rest =
        client.send(
            request(file).header("range", "bytes=" + (BYTES - 3) + "-").build(),
            HttpResponse.BodyHandlers.ofByteArray());
    assertThat(rest.statusCode()).isEqualTo(206);
    assertThat(rest.headers().firstValue("content-range"))
        .contains("bytes %d-%d/%d".formatted(BYTES - 3, BYTES - 1, BYTES));
    assertThat(rest.body())
        .containsExactly(content[BYTES - 3], content[BYTES - 2], content[BYTES - 1]);
    for (String form : List.of("bytes=0-", "bytes=-5", "bytes=1-2", "bytes=" + BYTES + "-")) {
      HttpResponse<byte[]> whole =
          client.send(
              request(file).header("range", form).build(), HttpResponse.BodyHandlers.ofByteArray());
      assertThat(whole.statusCode()).as(form).isEqualTo(200);
      assertThat(whole.body()).as(form).hasSize(BYTES);
    }
  }

  @Test
  void anEmptyFileIsAFileAndANameThatLeadsElsewhereIsNone() throws Exception {
    String files = "/v1/snapshots/" + live.take().id() + "/files/";
    assertThat(status(files + "empty")).isEqualTo(200);
    assertThat(status(files + "nothing")).isEqualTo(404);
    assertThat(status(files + "..%2F..%2Fsecret")).isIn(400, 404);
    assertThat(status("/v1/snapshots/nosuch/files/large")).isEqualTo(404);
  }

  private int status(String path) throws Exception {
    return client.send(request(path).build(), HttpResponse.BodyHandlers.discarding()).statusCode();
  }
}
