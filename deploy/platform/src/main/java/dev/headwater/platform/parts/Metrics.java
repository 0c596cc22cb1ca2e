package dev.headwater.platform.parts;

import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;
import dev.headwater.platform.report.VerbException;
import io.micrometer.core.instrument.binder.jvm.JvmGcMetrics;
import io.micrometer.core.instrument.binder.jvm.JvmMemoryMetrics;
import io.micrometer.core.instrument.binder.jvm.JvmThreadMetrics;
import io.micrometer.core.instrument.binder.system.ProcessorMetrics;
import io.micrometer.core.instrument.binder.system.UptimeMetrics;
import io.micrometer.prometheusmetrics.PrometheusConfig;
import io.micrometer.prometheusmetrics.PrometheusMeterRegistry;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.function.Supplier;

/**
 * Prometheus text at {@code /metrics} for a process that has no HTTP of its own. Answers GET there
 * and nothing else.
 */
public final class Metrics implements AutoCloseable {
  private static final int THREADS = 2;

  private final HttpServer server;
  private final ExecutorService executor = Executors.newFixedThreadPool(THREADS);
  private final List<Supplier<String>> pages;

  private Metrics(HttpServer server, List<Supplier<String>> pages) {
    this.server = server;
    this.pages = List.copyOf(pages);
  }

  /** Returns a registry that measures the process itself: memory, collections, threads, load. */
  public static PrometheusMeterRegistry registry() {
    PrometheusMeterRegistry registry = new PrometheusMeterRegistry(PrometheusConfig.DEFAULT);
    new JvmMemoryMetrics().bindTo(registry);
    new JvmGcMetrics().bindTo(registry);
    new JvmThreadMetrics().bindTo(registry);
    new ProcessorMetrics().bindTo(registry);
    new UptimeMetrics().bindTo(registry);
    return registry;
  }

  /**
   * Listens.
   *
   * @param address to listen on; port 0 for a free one
   * @param pages what is answered, one after the other
   * @throws VerbException when the port is taken
   */
  public static Metrics serve(InetSocketAddress address, List<Supplier<String>> pages) {
    try {
      HttpServer server = HttpServer.create(address, 16);
      Metrics metrics = new Metrics(server, pages);
      server.createContext("/", metrics::handle);
      server.setExecutor(metrics.executor);
      server.start();
      return metrics;
    } catch (IOException e) {
      throw new VerbException("metrics cannot be served on " + address + ": " + e.getMessage());
    }
  }

  /** Returns the port that it listens on. */
  public int port() {
    return server.getAddress().getPort();
  }

  private void handle(HttpExchange exchange) throws IOException {
    try (exchange) {
      boolean here = exchange.getRequestURI().getPath().equals("/metrics");
      boolean get = exchange.getRequestMethod().equals("GET");
      if (!here || !get) {
        exchange.sendResponseHeaders(here ? 405 : 404, -1);
        return;
      }
      StringBuilder text = new StringBuilder();
      pages.forEach(page -> text.append(page.get()));
      byte[] bytes = text.toString().getBytes(StandardCharsets.UTF_8);
      exchange.getResponseHeaders().set("Content-Type", "text/plain; version=0.0.4; charset=utf-8");
      exchange.sendResponseHeaders(200, bytes.length);
      exchange.getResponseBody().write(bytes);
    }
  }

  @Override
  public void close() {
    server.stop(0);
    executor.shutdownNow();
  }
}
