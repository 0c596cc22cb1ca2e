package dev.headwater.store.admin;

import com.fasterxml.jackson.annotation.JsonInclude;
import com.fasterxml.jackson.databind.json.JsonMapper;
import dev.headwater.http.ApiRoute;
import dev.headwater.http.ApiServer;
import dev.headwater.http.ServerConfig;
import dev.headwater.http.ServerParts;
import dev.headwater.store.cycle.StoreEngine;
import dev.headwater.store.table.StoreException;
import dev.headwater.store.table.StoreException.Code;
import dev.headwater.tracing.Tracing;
import io.micrometer.core.instrument.MeterRegistry;
import java.util.List;
import java.util.concurrent.CompletionException;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/**
 * The HTTP side of a store: the routes of {@link StoreRoutes}, each with its contract in its class
 * comment, on the server that all doors share. Names in JSON are in camel case. Where callers need
 * a key, its name is the {@code who} of the audit, and a body need not name anybody. It listens
 * until closed.
 */
public final class StoreServer implements AutoCloseable {
  private static final JsonInclude.Value ABSENT_IF_NULL =
      JsonInclude.Value.construct(JsonInclude.Include.NON_NULL, JsonInclude.Include.USE_DEFAULTS);

  private static final ServerParts.Meters METERS =
      new ServerParts.Meters(
          "headwater.store.requests",
          "headwater.store.requests.inside",
          "headwater.store.queue.requests",
          "headwater.store.certificate.remaining.seconds");

  /** Four answer; nobody but operators, consoles and nodes that start calls here. */
  private static final ServerConfig.Limits LIMITS =
      new ServerConfig.Limits(64 << 10, 4, 60, 1_000, 2, 30_000, 2_000);

  private final ApiServer server;

  /**
   * What is served.
   *
   * @param engine of the store
   * @param snapshots taken and kept
   * @param failure why the node is not well, null when it is
   * @param registry for metrics of requests
   * @param tracing for spans of requests
   * @param node the store's name, another one with each start
   */
  public record Parts(
      StoreEngine engine,
      LiveSnapshots snapshots,
      Supplier<@Nullable Exception> failure,
      MeterRegistry registry,
      Tracing tracing,
      String node) {
    /** The same without spans. */
    public Parts(
        StoreEngine engine,
        LiveSnapshots snapshots,
        Supplier<@Nullable Exception> failure,
        MeterRegistry registry) {
      this(engine, snapshots, failure, registry, Tracing.OFF);
    }

    /** The same without a name. */
    public Parts(
        StoreEngine engine,
        LiveSnapshots snapshots,
        Supplier<@Nullable Exception> failure,
        MeterRegistry registry,
        Tracing tracing) {
      this(engine, snapshots, failure, registry, tracing, "");
    }
  }

  /**
   * Starts to listen on loopback, open to everybody on this machine.
   *
   * @param port 0 for a free one
   */
  public StoreServer(Parts parts, int port) {
    this(parts, port, AdminProtection.LOOPBACK);
  }

  /**
   * Starts to listen.
   *
   * @param port 0 for a free one
   * @param protection where, and who may call
   * @throws StoreException STORAGE_FAILED when the address cannot be had
   */
  public StoreServer(Parts parts, int port, AdminProtection protection) {
    server =
        new ApiServer(
            new ServerConfig(
                "store",
                new ServerConfig.Address(protection.host(), port, protection.tls()),
                ServerConfig.Callers.unlimited(protection.access()),
                LIMITS),
            new ServerParts(
                parts.registry(),
                METERS,
                parts.tracing(),
                StoreProblems::of,
                JsonMapper.builder().defaultPropertyInclusion(ABSENT_IF_NULL).build()),
            StoreRoutes.of(parts));
    try {
      server.start();
    } catch (CompletionException e) {
      server.close();
      throw new StoreException(
          Code.STORAGE_FAILED,
          "cannot listen on %s:%d: %s".formatted(protection.host(), port, e.getCause()),
          e);
    }
  }

  /** Returns the port it listens on. */
  public int port() {
    return server.port();
  }

  /** Returns every route that is served. */
  List<ApiRoute> table() {
    return server.table();
  }

  @Override
  public void close() {
    server.close();
  }
}
