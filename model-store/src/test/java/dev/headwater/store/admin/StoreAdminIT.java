package dev.headwater.store.admin;

import static dev.headwater.store.cycle.EngineFixture.TOYS;
import static dev.headwater.store.cycle.EngineFixture.cold;
import static dev.headwater.store.cycle.EngineFixture.tuned;
import static java.util.Objects.requireNonNull;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatCode;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.json.JsonMapper;
import dev.headwater.access.Outgoing;
import dev.headwater.client.answers.AnnouncedTable;
import dev.headwater.client.answers.AnswerJson;
import dev.headwater.client.answers.AuditTrail;
import dev.headwater.client.answers.KeptVersions;
import dev.headwater.client.answers.RolledBack;
import dev.headwater.client.answers.TableDiff;
import dev.headwater.events.Keys;
import dev.headwater.events.RowRecord;
import dev.headwater.events.Vectors;
import dev.headwater.events.wire.EmbeddingRow;
import dev.headwater.store.cycle.EngineFixture;
import dev.headwater.store.cycle.InMemoryAnnouncementLog;
import dev.headwater.store.cycle.StoreEngine;
import dev.headwater.store.rocks.RocksConfig;
import dev.headwater.store.rocks.RocksEmbeddingStore;
import dev.headwater.store.snapshot.LastFollowed;
import dev.headwater.store.snapshot.Restore;
import dev.headwater.store.snapshot.SnapshotFetcher;
import dev.headwater.store.snapshot.SnapshotManifest;
import dev.headwater.store.snapshot.Snapshots;
import dev.headwater.store.table.RowCursor;
import dev.headwater.store.table.RowStamp;
import dev.headwater.store.table.StoreException;
import dev.headwater.store.table.StoreException.Code;
import dev.headwater.store.table.StoredRow;
import dev.headwater.store.table.WriteSet;
import dev.headwater.tracing.Tracing;
import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.FileTime;
import java.time.Clock;
import java.time.Instant;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** The operator's interface over HTTP, on a store of files. */
class StoreAdminIT {
  private static final long NOW = EngineFixture.CLOCK.millis();

  @TempDir Path directory;
  private final InMemoryAnnouncementLog log = new InMemoryAnnouncementLog();
  private RocksEmbeddingStore store;
  private StoreEngine engine;
  private StoreServer server;
  private StoreClient client;
  private URI base;

  @BeforeEach
  void start() {
    store = new RocksEmbeddingStore(directory.resolve("tables"), RocksConfig.defaults());
    engine = EngineFixture.engine(store, log);
    Snapshots snapshots = new Snapshots(directory.resolve("snapshots"), 2, EngineFixture.CLOCK);
    server =
        new StoreServer(
            new StoreServer.Parts(
                engine,
                new LiveSnapshots(engine, snapshots, store::checkpoint),
                () -> null,
                new SimpleMeterRegistry(),
                Tracing.OFF),
            0);
    base = URI.create("http://127.0.0.1:" + server.port());
    client = new StoreClient(base);
    engine.announceModel("toys", "m1", "flat", "ann");
    engine.take(cold(0, "a", 1, 1, 1));
    engine.take(cold(1, "b", 1, 1, 2));
    engine.runCycle();
  }

  /** Reads an answer as the client does, and writes it again. */
  private static void keepsAll(JsonNode written, Class<?> type) throws IOException {
    JsonMapper reader = AnswerJson.reader().build();
    JsonNode again = reader.valueToTree(reader.treeToValue(written, type));
    written.fieldNames().forEachRemaining(name -> assertThat(again.has(name)).as(name).isTrue());
    // As text: a tree that was read holds a small number as an int, one made from a record as a
    // long.
    assertThat(reader.readTree(again.toString())).isEqualTo(reader.readTree(written.toString()));
  }

  @Test
  void theClientLosesNothingOfWhatTheStoreSays() throws Exception {
    long first = client.versions().path("versions").path(0).path("version").asLong();
    engine.take(cold(2, "a", 1, 2, 2));
    engine.runCycle();
    long second = client.versions().path("versions").path(1).path("version").asLong();
    keepsAll(client.versions(), KeptVersions.class);
    keepsAll(client.call(StoreCall.audit("toys")), AuditTrail.class);
    keepsAll(client.diff(first, second), TableDiff.class);
    keepsAll(client.pin(first, "worse", "ann"), AnnouncedTable.class);
    keepsAll(client.unpin("toys", "better", "ann"), AnnouncedTable.class);
    keepsAll(client.rollback(first, "worse", "ann"), RolledBack.class);
  }

  @AfterEach
  void stop() {
    server.close();
    engine.close();
    store.close();
  }

  private long newest() {
    var versions = store.versions(TOYS);
    return versions.get(versions.size() - 1).version();
  }

  @Test
  void anOperatorSeesComparesProvesAndMovesBetweenVersions() throws Exception {
    long first = newest();
    engine.take(tuned(0, "a", 0, 1, 5));
    engine.runCycle();
    long second = newest();
    JsonNode versions = client.versions().path("versions");
    assertThat(versions).hasSize(2);
    assertThat(versions.get(1).path("announced").asBoolean()).isTrue();
    assertThat(versions.get(1).path("touched").asLong()).isEqualTo(1);
    JsonNode diff = client.diff(first, second);
    assertThat(diff.path("changed").asLong()).isEqualTo(1);
    assertThat(diff.path("examples").get(0).path("item").asText()).isEqualTo("a");
    assertThat(client.verify(second).path("ok").asBoolean()).isTrue();
    assertThat(client.pin(first, "a sale", "bob").path("announced").asLong()).isEqualTo(first);
    assertThat(client.unpin("toys", "sale over", "bob").path("announced").asLong())
        .isEqualTo(second);
    JsonNode back = client.rollback(first, "quality fell", "cid");
    assertThat(back.path("rows").asLong()).isEqualTo(1);
    assertThat(back.path("retracted").get(0).asLong()).isEqualTo(second);
    JsonNode announced = client.announced().path("announced").get(0);
    assertThat(announced.path("announced").asLong()).isEqualTo(first);
    assertThat(announced.path("indexParameters").asText()).isEqualTo("flat");
  }

  @Test
  void theAuditLogSaysWhoWhenAndWhy() throws Exception {
    client.pin(newest(), "a sale", "bob");
    client.unpin("toys", "sale over", "cid");
    JsonNode audit = client.audit().path("audit");
    assertThat(audit).hasSize(4);
    JsonNode pin = audit.get(2);
    assertThat(pin.path("kind").asText()).isEqualTo("PINNED");
    assertThat(pin.path("who").asText()).isEqualTo("bob");
    assertThat(pin.path("why").asText()).isEqualTo("a sale");
    assertThat(pin.path("announcedMs").asLong()).isEqualTo(NOW);
    assertThat(pin.path("sequence").asLong()).isEqualTo(3);
    assertThat(audit.get(3).path("who").asText()).isEqualTo("cid");
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "/v1/pin|{\"version\":99,\"why\":\"w\",\"who\":\"x\"}|404|unknown_version",
        "/v1/pin|{\"version\":1,\"why\":\"w\"}|400|bad_who",
        "/v1/rollback|{\"version\":1,\"why\":\" \",\"who\":\"x\"}|400|bad_why",
        "/v1/unpin|not json|400|malformed_body",
        "/v1/unpin|{\"domain\":\"books\",\"why\":\"w\",\"who\":\"x\"}|404|unknown_version",
        "/v1/retire|{\"domain\":\"toys\",\"model\":\"m1\",\"why\":\"w\",\"who\":\"x\"}|400|bad_request",
        "/v1/retire|{\"domain\":\"toys\",\"model\":\"m9\",\"why\":\"w\",\"who\":\"x\"}|404|unknown_table",
        "/v1/retire|{\"domain\":\"toys\",\"model\":\"m1\",\"who\":\"x\"}|400|bad_why",
        "/v1/fly|{}|404|not_found"
      })
  void badRequestsAreRefusedWithACode(String path, String body, int status, String code)
      throws Exception {
    HttpResponse<String> answer =
        HttpClient.newHttpClient()
            .send(
                HttpRequest.newBuilder(base.resolve(path))
                    .header("content-type", "application/json")
                    .POST(HttpRequest.BodyPublishers.ofString(body))
                    .build(),
                HttpResponse.BodyHandlers.ofString());
    assertThat(answer.statusCode()).isEqualTo(status);
    assertThat(JsonMapper.builder().build().readTree(answer.body()).path("code").asText())
        .isEqualTo(code);
    assertThat(log.announcements()).hasSize(2);
  }

  @Test
  void aBundleThatIsReplacedIsRetired() throws Exception {
    client.announceModel("toys", "m2", "bob");
    assertThatThrownBy(() -> client.retire("toys", "m1", "replaced", "bob"))
        .hasMessageContaining("2 items of")
        .hasMessageContaining("have no row under m2 yet");
    engine.take(of("m2", cold(2, "a", 1, 1, 1)));
    engine.take(of("m2", cold(3, "b", 1, 1, 1)));
    engine.runCycle();
    assertThat(client.retire("toys", "m1", "replaced", "bob").path("rows").asLong()).isEqualTo(2);
    assertThat(log.ended()).containsOnlyKeys("a", "b");
    log.ended()
        .forEach(
            (item, incarnation) ->
                engine.take(RowRecord.ended(new Keys.RowKey("toys", "m1", item), 9, incarnation)));
    engine.runCycle();
    boolean more = engine.retain();
    assertThat(more).isFalse();
    assertThat(store.state(EngineFixture.TOYS).rows()).isZero();
    assertThat(client.versions().path("versions"))
        .allMatch(version -> version.path("model").asText().equals("m2"));
    store.compact();
    try (RowCursor rows =
        store.scan(EngineFixture.TOYS, store.state(EngineFixture.TOYS).openVersion())) {
      assertThat(rows.next()).as("on disk").isFalse();
    }
  }

  private static RowRecord of(String model, RowRecord record) {
    EmbeddingRow row = requireNonNull(record.row()).toBuilder().setModel(model).build();
    Keys.RowKey key = new Keys.RowKey("toys", model, record.item());
    return RowRecord.of(RowRecord.Kind.COLD, key, record.offset(), row);
  }

  @Test
  void theRowsOfAVersionComeInPagesAsTheyWere() throws Exception {
    for (int i = 0; i < 3_000; i++) {
      engine.take(cold(0, "more & " + i, i + 2, 1, 2));
    }
    engine.runCycle();
    long version = newest();
    engine.take(tuned(0, "a", 0, 1, 5));
    engine.runCycle();
    Map<String, float[]> rows = new LinkedHashMap<>();
    VersionReader reader = new VersionReader(base, Outgoing.NONE);
    reader.read(version, row -> rows.put(row.getItem(), Vectors.unpack(row.getVector())));
    assertThat(rows).hasSize(3_002);
    assertThat(rows.get("a")).isEqualTo(requireNonNull(store.getAt(TOYS, "a", version)).vector());
    assertThatThrownBy(() -> reader.read(999, row -> {})).hasMessageContaining("unknown_version");
  }

  @Test
  void aSnapshotIsFetchedFromWhereItStoppedAndANodeFromItIsEqual() throws Exception {
    String id = client.takeSnapshot();
    Path out = directory.resolve("fetched");
    Files.createDirectories(out);
    Path whole = directory.resolve("snapshots").resolve(id).resolve("headwater.index");
    byte[] bytes = Files.readAllBytes(whole);
    Files.write(out.resolve("headwater.index"), java.util.Arrays.copyOf(bytes, bytes.length / 2));
    SnapshotManifest manifest = client.fetch(id, out);
    assertThat(Files.readAllBytes(out.resolve("headwater.index"))).isEqualTo(bytes);
    assertThat(client.fetch(id, out)).isEqualTo(manifest);

    engine.take(tuned(0, "b", 0, 1, 7)); // the tail of the topics
    engine.flush();
    Path node = directory.resolve("node");
    StoreClient.restore(out, node, EngineFixture.CLOCK);
    try (RocksEmbeddingStore other = new RocksEmbeddingStore(node, RocksConfig.defaults())) {
      assertThat(other.offsets()).isEqualTo(manifest.offsets());
      StoreEngine tail = EngineFixture.engine(other, log);
      tail.take(tuned(0, "b", 0, 1, 7));
      tail.flush();
      assertThat(other.state(TOYS).checksum()).isEqualTo(store.state(TOYS).checksum());
      tail.close();
    }
  }

  @Test
  void fetchingDoesNotAskAgainForWhatIsThere() throws Exception {
    String id = client.takeSnapshot();
    Path out = directory.resolve("fetched");
    Files.createDirectories(out);
    Path whole = directory.resolve("snapshots").resolve(id).resolve("headwater.index");
    Files.write(out.resolve("headwater.index"), new byte[(int) Files.size(whole) / 2]);
    new SnapshotFetcher(base).fetch(id, out);
    assertRefused(Code.CORRUPT, out, NOW); // the first half is still ours
  }

  private void assertRefused(Code code, Path snapshot, long nowMs) {
    Path node = directory.resolve("node");
    assertThatThrownBy(() -> Restore.install(snapshot, node, nowMs))
        .isInstanceOfSatisfying(StoreException.class, e -> assertThat(e.code()).isEqualTo(code));
    assertThat(node).doesNotExist();
  }

  private Path fetched() throws InterruptedException {
    Path out = directory.resolve("fetched");
    client.snapshot(out);
    return out;
  }

  private static Path tableFile(Path snapshot) throws IOException {
    try (Stream<Path> files = Files.list(snapshot)) {
      return files.filter(file -> file.toString().endsWith(".sst")).findFirst().orElseThrow();
    }
  }

  @Test
  void aRestoredDirectoryIsNotAsOldAsTheOneThatStoodThere() throws Exception {
    Path snapshot = fetched();
    Path node = directory.resolve("node");
    LastFollowed followed = new LastFollowed(node, EngineFixture.CLOCK);
    Path file = Files.createFile(directory.resolve("node.followed"));
    Files.setLastModifiedTime(file, FileTime.fromMillis(NOW - 2 * Restore.AGE_MAX.toMillis()));
    assertThatThrownBy(followed::requireRecent).hasMessageContaining("days ago");
    Restore.install(snapshot, node, NOW);
    assertThatCode(followed::requireRecent).doesNotThrowAnyException();
    assertThat(followed.last()).as("as old as its snapshot").isEqualTo(Instant.ofEpochMilli(NOW));
    Clock later = Clock.offset(EngineFixture.CLOCK, Restore.AGE_MAX.plusSeconds(1));
    assertThatThrownBy(new LastFollowed(node, later)::requireRecent)
        .hasMessageContaining("days ago");
  }

  @Test
  void restoreRefusesWhatIsCorrupt() throws Exception {
    Path snapshot = fetched();
    Path file = tableFile(snapshot);
    byte[] bytes = Files.readAllBytes(file);
    bytes[bytes.length / 2] ^= 4;
    Files.write(file, bytes);
    assertRefused(Code.CORRUPT, snapshot, NOW);
  }

  @Test
  void restoreRefusesWhatIsTruncated() throws Exception {
    Path snapshot = fetched();
    Path file = tableFile(snapshot);
    Files.write(file, java.util.Arrays.copyOf(Files.readAllBytes(file), 10));
    assertRefused(Code.TRUNCATED, snapshot, NOW);
    Files.delete(snapshot.resolve(SnapshotManifest.FILE));
    assertRefused(Code.TRUNCATED, snapshot, NOW);
  }

  @Test
  void restoreRefusesWhatIsTooOld() throws Exception {
    Path snapshot = fetched();
    assertRefused(Code.TOO_OLD, snapshot, NOW + Restore.AGE_MAX.toMillis() + 1);
    withFormat(snapshot, 0);
    assertRefused(Code.TOO_OLD, snapshot, NOW);
  }

  @Test
  void restoreRefusesWhatIsTooNew() throws Exception {
    Path snapshot = fetched();
    withFormat(snapshot, SnapshotManifest.FORMAT + 1);
    assertRefused(Code.TOO_NEW, snapshot, NOW);
  }

  private static void withFormat(Path snapshot, int format) throws IOException {
    Path file = snapshot.resolve(SnapshotManifest.FILE);
    String json = Files.readString(file);
    Files.writeString(file, json.replaceFirst("\"format\" : \\d+", "\"format\" : " + format));
  }

  @Test
  void restoreGoesIntoAnEmptyDirectoryOnly() throws Exception {
    Path snapshot = fetched();
    assertThatThrownBy(() -> Restore.install(snapshot, directory.resolve("tables"), NOW))
        .isInstanceOfSatisfying(
            StoreException.class, e -> assertThat(e.code()).isEqualTo(Code.BAD_REQUEST));
  }

  @Test
  void deletedItemsAreInNoFileOfTheStoreNorOfLaterSnapshots() throws Exception {
    byte[] secret = "lineage-of-the-secret-item".getBytes(StandardCharsets.UTF_8);
    byte[] waiting =
        EmbeddingRow.newBuilder().setItem("lineage-of-the-secret-item").build().toByteArray();
    for (int step = 0; step < 3; step++) {
      StoredRow row =
          new StoredRow(
              EmbeddingRow.Origin.FINE_TUNED, 1, new RowStamp(0, 1, step), new float[] {step});
      store.write(
          new WriteSet()
              .put(TOYS, "secret", row, secret)
              .input(TOYS, "secret", WriteSet.InputKind.TUNED, waiting));
      engine.runCycle();
    }
    client.takeSnapshot();
    assertThat(filesWith(directory, secret)).isNotEmpty();
    JsonNode receipt = client.deleteItem("toys", "secret", "ann");
    assertThat(receipt.path("hopsMs").path("model-store").asLong()).isEqualTo(NOW);
    assertThat(receipt.path("hopsMs").path("snapshots").asLong()).isEqualTo(NOW);
    assertThat(log.receipts()).hasSize(1);
    assertThat(directory.resolve("snapshots")).as("a fresh one").isNotEmptyDirectory();
    Path later = directory.resolve("later");
    client.snapshot(later);
    assertThat(filesWith(directory.resolve("snapshots"), secret)).isEmpty();
    assertThat(filesWith(later, secret)).isEmpty();
    for (var version : store.versions(TOYS)) {
      assertThat(store.getAt(TOYS, "secret", version.version())).isNull();
      assertThat(client.verify(version.version()).path("ok").asBoolean()).isTrue();
    }
  }

  /** Seals an item; returns bytes that stand wherever it does. */
  private byte[] sealedSecret() {
    byte[] secret = "lineage-of-the-secret-item".getBytes(StandardCharsets.UTF_8);
    StoredRow row =
        new StoredRow(EmbeddingRow.Origin.FINE_TUNED, 1, new RowStamp(0, 1, 1), new float[] {1});
    store.write(new WriteSet().put(TOYS, "secret", row, secret));
    engine.runCycle();
    return secret;
  }

  /** What is kept of writes until all families have them on disk is a file as well. */
  @Test
  void deletedItemsAreInNoLogOfWrites() throws Exception {
    byte[] secret = sealedSecret();
    client.deleteItem("toys", "secret", "ann");
    assertThat(filesWith(directory, secret)).isEmpty();
  }

  /** The process died while it took one: nothing listed it any more, and nothing dropped it. */
  @Test
  void deletedItemsAreInNoSnapshotThatWasNeverFinished() throws Exception {
    byte[] secret = sealedSecret();
    Path snapshots = directory.resolve("snapshots");
    var died = new Snapshots(snapshots, 2, EngineFixture.CLOCK).begin(store, store::checkpoint);
    assertThat(filesWith(died.into(), secret)).isNotEmpty();
    client.deleteItem("toys", "secret", "ann");
    assertThat(died.into()).doesNotExist();
  }

  /** One that is being summed up goes at once, too. */
  @Test
  void aSnapshotThatIsBeingTakenGoesWithTheOthers() {
    Snapshots snapshots = new Snapshots(directory.resolve("taking"), 2, EngineFixture.CLOCK);
    var begun = snapshots.begin(store, store::checkpoint);
    snapshots.dropAll();
    assertThat(begun.into()).doesNotExist();
    assertThatThrownBy(() -> snapshots.finish(begun)).hasMessageContaining("take it again");
    var unfinished = snapshots.begin(store, store::checkpoint);
    Snapshots next = new Snapshots(directory.resolve("taking"), 2, EngineFixture.CLOCK);
    next.take(store, store::checkpoint);
    assertThat(unfinished.into()).as("left by a process that died").doesNotExist();
    assertThat(next.ids()).hasSize(1);
  }

  private static List<Path> filesWith(Path below, byte[] bytes) throws IOException {
    String wanted = new String(bytes, StandardCharsets.ISO_8859_1);
    try (Stream<Path> files = Files.walk(below)) {
      return files
          .filter(Files::isRegularFile)
          .filter(
              file -> {
                try {
                  byte[] content = Files.readAllBytes(file);
                  return new String(content, StandardCharsets.ISO_8859_1).contains(wanted);
                } catch (IOException e) {
                  throw new java.io.UncheckedIOException(e);
                }
              })
          .toList();
    }
  }

  @Test
  void aDeletionWhileASnapshotIsTakenLeavesNoSnapshotThatHoldsTheItem() {
    Snapshots snapshots = new Snapshots(directory.resolve("others"), 2, EngineFixture.CLOCK);
    Snapshots.Begun begun = snapshots.begin(store, store::checkpoint);
    engine.delete("toys", "a", 0, "ann", snapshots::dropAll);
    assertThatThrownBy(() -> snapshots.finish(begun))
        .isInstanceOfSatisfying(
            StoreException.class, e -> assertThat(e.code()).isEqualTo(Code.NOT_READY));
    assertThat(begun.into()).doesNotExist();
    assertThat(snapshots.ids()).isEmpty();
  }

  @Test
  void retentionBoundsTheDisk() {
    for (int round = 0; round < 30; round++) {
      WriteSet all = new WriteSet();
      for (int i = 0; i < 2000; i++) {
        StoredRow row =
            new StoredRow(
                EmbeddingRow.Origin.FINE_TUNED, 1, new RowStamp(0, 1, round), new float[64]);
        all.put(TOYS, "i" + i, row);
      }
      store.write(all);
      store.seal(TOYS, 0, round);
      var versions = store.versions(TOYS);
      long floor = versions.get(Math.max(0, versions.size() - 3)).version();
      int steps = 0;
      while (store.collect(TOYS, floor, 1000)) {
        steps++;
      }
      assertThat(steps).isLessThanOrEqualTo(2);
    }
    store.compact();
    // Three versions of 2,000 rows of some 300 bytes, and slack; thirty of them would be 18 MB.
    assertThat(store.liveBytes("rows")).isLessThan(5L * 2000 * 320);
    assertThat(store.diskBytes()).isGreaterThan(store.liveBytes("rows"));
  }
}
