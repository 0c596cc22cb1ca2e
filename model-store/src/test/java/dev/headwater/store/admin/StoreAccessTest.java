package dev.headwater.store.admin;

import static dev.headwater.store.cycle.EngineFixture.cold;
import static org.assertj.core.api.Assertions.assertThat;

import dev.headwater.access.Role;
import dev.headwater.events.wire.VectorFormat;
import dev.headwater.http.AbstractAccessTest;
import dev.headwater.http.ApiRoute;
import dev.headwater.store.cycle.EngineFixture;
import dev.headwater.store.cycle.InMemoryAnnouncementLog;
import dev.headwater.store.cycle.StoreEngine;
import dev.headwater.store.snapshot.Snapshots;
import dev.headwater.store.table.EmbeddingStore;
import dev.headwater.store.table.InMemoryEmbeddingStore;
import dev.headwater.tracing.Tracing;
import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import java.net.URI;
import java.nio.file.Path;
import java.util.List;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Every route of a store, asked without a key and with a key of every role. */
class StoreAccessTest extends AbstractAccessTest {
  @TempDir Path directory;
  private final EmbeddingStore store = new InMemoryEmbeddingStore(VectorFormat.FP32);
  private final InMemoryAnnouncementLog log = new InMemoryAnnouncementLog();
  private StoreEngine engine;
  private StoreServer server;

  @BeforeEach
  void start() {
    engine = EngineFixture.engine(store, log);
    Snapshots snapshots = new Snapshots(directory, 2, EngineFixture.CLOCK);
    server =
        new StoreServer(
            new StoreServer.Parts(
                engine,
                new LiveSnapshots(engine, snapshots, into -> into.toFile().mkdirs()),
                () -> null,
                new SimpleMeterRegistry(),
                Tracing.OFF),
            0,
            new AdminProtection("127.0.0.1", access(), null));
    engine.announceModel("toys", "m1", "flat", "ann");
    engine.take(cold(0, "a", 1, 1, 1));
    engine.runCycle();
  }

  @AfterEach
  void stop() {
    server.close();
    engine.close();
  }

  @Override
  protected List<ApiRoute> table() {
    return server.table();
  }

  @Override
  protected URI base() {
    return URI.create("http://127.0.0.1:" + server.port());
  }

  @Override
  protected String path(ApiRoute route, String domain) {
    return route.path().replace("{id}", "x").replace("{name}", "y");
  }

  @Test
  void onlyHealthIsOpenAndCopiesAndChangesAreAnOperators() {
    assertThat(names(null)).containsExactly("health");
    assertThat(names(Role.READ))
        .containsExactly("announced", "versions", "diff", "verify", "audit");
    assertThat(names(Role.MERCHANT)).isEmpty();
    assertThat(names(Role.OPERATOR))
        .contains("pin", "unpin", "rollback", "publish", "delete", "seal")
        .contains("rows", "snapshots", "take_snapshot", "snapshot_file");
  }

  private List<String> names(@Nullable Role role) {
    return table().stream().filter(route -> route.role() == role).map(ApiRoute::name).toList();
  }
}
