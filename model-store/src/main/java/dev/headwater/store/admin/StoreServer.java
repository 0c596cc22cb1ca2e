package dev.headwater.store.admin;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.json.JsonMapper;
import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;
import dev.headwater.access.Gate;
import dev.headwater.access.Principal;
import dev.headwater.access.ServerIdentity;
import dev.headwater.access.TlsFiles;
import dev.headwater.store.table.StoreException;
import dev.headwater.store.table.StoreException.Code;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.net.URLDecoder;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.Locale;
import java.util.Map;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Serves {@link StoreApi} as JSON over HTTP, and files of snapshots with ranges. Errors are problem
 * details (RFC 9457) whose {@code code} is that of the {@link StoreException}; who may call what is
 * {@link StoreGuard}'s: 401 {@code unauthenticated}, 403 {@code forbidden}. Where callers need a
 * key, its name is the {@code who} of the audit, and a body need not name anybody.
 *
 * <pre>
 * GET  /v1/health                              GET  /v1/announced
 * GET  /v1/versions[?domain=D]                 GET  /v1/diff?a=A&amp;b=B
 * GET  /v1/verify?version=V                    GET  /v1/audit[?domain=D]
 * POST /v1/pin       {version, why, who[, domain]}      POST /v1/unpin   {domain, why, who}
 * POST /v1/rollback  {version, why, who[, domain]}      POST /v1/seal
 * POST /v1/models    {domain, model, who[, index_parameters]}
 * POST /v1/deletions {domain, item, who[, requested_ms]}
 * GET  /v1/rows?version=V[&amp;after=ITEM]     EmbeddingRow messages, length before each
 * GET  /v1/snapshots   POST /v1/snapshots      GET  /v1/snapshots/ID/files/NAME
 * </pre>
 */
public final class StoreServer implements AutoCloseable {
  private static final Logger LOG = LoggerFactory.getLogger(StoreServer.class);
  private static final JsonMapper JSON = JsonMapper.builder().build();
  private static final int BODY_MAX = 64 << 10;
  private static final int FILE_BUFFER = 256 << 10;
  private static final String SNAPSHOTS = "/v1/snapshots";
  private static final String ROWS = "/v1/rows";

  private final StoreApi api;
  private final HttpServer server;
  private final Gate gate;
  private final StoreGuard guard;
  private final @Nullable ServerIdentity identity;
  private final ExecutorService executor = Executors.newFixedThreadPool(4);

  /**
   * Starts to listen on loopback, open to everybody on this machine.
   *
   * @param port 0 for a free one
   */
  public StoreServer(StoreApi api, int port) {
    this(api, port, AdminProtection.LOOPBACK);
  }

  /**
   * Starts to listen.
   *
   * @param port 0 for a free one
   * @param protection where, and who may call
   */
  public StoreServer(StoreApi api, int port, AdminProtection protection) {
    this.api = api;
    gate = new Gate("the store's operator interface", protection.access());
    guard = new StoreGuard(gate);
    TlsFiles tls = protection.tls();
    identity = tls == null ? null : new ServerIdentity(tls);
    server = AdminPort.open(protection.host(), port, identity);
    server.createContext("/", this::handle);
    server.setExecutor(executor);
    server.start();
  }

  /** Returns the port it listens on. */
  public int port() {
    return server.getAddress().getPort();
  }

  private void handle(HttpExchange exchange) throws IOException {
    try (exchange) {
      String path = exchange.getRequestURI().getPath();
      boolean get = exchange.getRequestMethod().equals("GET");
      try {
        Principal caller = guard.admit(exchange, path);
        if (get && path.startsWith(SNAPSHOTS + "/")) {
          file(exchange, path.substring(SNAPSHOTS.length() + 1));
        } else if (get && path.equals(ROWS)) {
          rows(exchange);
        } else {
          Object answer = get ? get(exchange, path) : post(exchange, path, caller);
          send(exchange, 200, "application/json", answer);
        }
      } catch (StoreGuard.RefusedException e) {
        exchange.getResponseHeaders().set("WWW-Authenticate", e.challenge());
        problem(exchange, e.status(), e.code(), String.valueOf(e.getMessage()));
      } catch (StoreException e) {
        problem(exchange, status(e.code()), code(e.code()), String.valueOf(e.getMessage()));
      } catch (IllegalArgumentException e) {
        problem(exchange, 400, code(Code.BAD_REQUEST), String.valueOf(e.getMessage()));
      } catch (RuntimeException e) {
        LOG.error("{} {} failed", exchange.getRequestMethod(), path, e);
        problem(exchange, 500, "internal", e.toString());
      }
    }
  }

  private Object get(HttpExchange exchange, String path) {
    Map<String, String> query = query(exchange);
    return switch (path) {
      case "/v1/health" -> api.health();
      case "/v1/announced" -> Map.of("announced", api.announced());
      case "/v1/versions" -> Map.of("versions", api.versions(query.get("domain")));
      case "/v1/diff" -> api.diff(number(query, "a"), number(query, "b"));
      case "/v1/verify" -> api.verify(number(query, "version"));
      case "/v1/audit" -> Map.of("audit", api.audit(query.get("domain")));
      case SNAPSHOTS -> Map.of("snapshots", api.snapshots().ids());
      default -> throw notFound(path);
    };
  }

  private Object post(HttpExchange exchange, String path, Principal caller) throws IOException {
    JsonNode body = body(exchange);
    return switch (path) {
      case "/v1/pin" -> api.pin(version(body), text(body, "why"), who(body, caller));
      case "/v1/unpin" -> api.unpin(text(body, "domain"), text(body, "why"), who(body, caller));
      case "/v1/rollback" -> api.rollback(version(body), text(body, "why"), who(body, caller));
      case "/v1/models" ->
          api.announceModel(
              text(body, "domain"),
              text(body, "model"),
              body.path("index_parameters").asText(""),
              who(body, caller));
      case "/v1/deletions" ->
          api.deleteItem(
              text(body, "domain"),
              text(body, "item"),
              body.path("requested_ms").asLong(0),
              who(body, caller));
      case "/v1/seal" -> Map.of("sealed", api.seal());
      case SNAPSHOTS -> api.takeSnapshot();
      default -> throw notFound(path);
    };
  }

  /** The version of a body; one that names a domain too means a version of that domain only. */
  private long version(JsonNode body) {
    long version = body.path("version").asLong();
    String domain = body.path("domain").asText("");
    if (!domain.isEmpty()) {
      api.requireVersionOf(domain, version);
    }
    return version;
  }

  private static String who(JsonNode body, Principal caller) {
    String said = body.path("who").asText("");
    return caller.auditName(
        caller.equals(Principal.ANYONE) ? text(body, "who") : said.isBlank() ? null : said);
  }

  private static StoreException notFound(String path) {
    return new StoreException(Code.BAD_REQUEST, "no such resource: " + path);
  }

  private static JsonNode body(HttpExchange exchange) throws IOException {
    byte[] bytes = exchange.getRequestBody().readNBytes(BODY_MAX + 1);
    if (bytes.length > BODY_MAX) {
      throw new StoreException(Code.BAD_REQUEST, "the body is larger than " + BODY_MAX + " bytes");
    }
    try {
      return bytes.length == 0 ? JSON.createObjectNode() : JSON.readTree(bytes);
    } catch (IOException e) {
      throw new StoreException(Code.BAD_REQUEST, "the body is not JSON", e);
    }
  }

  private static String text(JsonNode body, String name) {
    String value = body.path(name).asText("");
    if (value.isBlank()) {
      throw new StoreException(Code.BAD_REQUEST, "'" + name + "' is missing");
    }
    return value;
  }

  private static Map<String, String> query(HttpExchange exchange) {
    Map<String, String> values = new HashMap<>();
    String query = exchange.getRequestURI().getRawQuery();
    if (query != null) {
      for (String pair : query.split("&", -1)) {
        int at = pair.indexOf('=');
        if (at > 0) {
          values.put(
              pair.substring(0, at),
              URLDecoder.decode(pair.substring(at + 1), StandardCharsets.UTF_8));
        }
      }
    }
    return values;
  }

  private static long number(Map<String, String> query, String name) {
    try {
      return Long.parseLong(query.getOrDefault(name, ""));
    } catch (NumberFormatException e) {
      throw new StoreException(Code.BAD_REQUEST, "'" + name + "' must be a number", e);
    }
  }

  private void rows(HttpExchange exchange) throws IOException {
    Map<String, String> query = query(exchange);
    byte[] page = api.rows(number(query, "version"), query.getOrDefault("after", ""));
    exchange.getResponseHeaders().set("Content-Type", "application/x-protobuf");
    exchange.sendResponseHeaders(200, page.length == 0 ? -1 : page.length);
    exchange.getResponseBody().write(page);
  }

  private void file(HttpExchange exchange, String rest) throws IOException {
    String[] parts = rest.split("/", -1);
    if (parts.length != 3 || !parts[1].equals("files")) {
      throw notFound(rest);
    }
    Path file = api.snapshots().file(parts[0], parts[2]);
    long size = Files.size(file);
    long from = rangeStart(exchange, size);
    exchange.getResponseHeaders().set("Content-Type", "application/octet-stream");
    exchange.getResponseHeaders().set("Accept-Ranges", "bytes");
    if (from > 0) {
      exchange
          .getResponseHeaders()
          .set("Content-Range", "bytes %d-%d/%d".formatted(from, size - 1, size));
    }
    exchange.sendResponseHeaders(from > 0 ? 206 : 200, size == from ? -1 : size - from);
    try (InputStream in = Files.newInputStream(file);
        OutputStream out = exchange.getResponseBody()) {
      in.skipNBytes(from);
      byte[] buffer = new byte[FILE_BUFFER];
      for (int read = in.read(buffer); read >= 0; read = in.read(buffer)) {
        out.write(buffer, 0, read);
      }
    }
  }

  /** Start of {@code Range: bytes=N-}; other forms are answered whole, as the standard allows. */
  private static long rangeStart(HttpExchange exchange, long size) {
    String range = exchange.getRequestHeaders().getFirst("Range");
    if (range == null || !range.matches("bytes=\\d{1,18}-")) {
      return 0;
    }
    return Math.min(size, Long.parseLong(range.substring(6, range.length() - 1)));
  }

  private static int status(Code code) {
    return switch (code) {
      case UNKNOWN_TABLE, UNKNOWN_VERSION -> 404;
      case BAD_REQUEST -> 400;
      case VERSION_NOT_SERVABLE, NOT_PRIMARY, NOT_READY, DIVERGED -> 409;
      default -> 503;
    };
  }

  private static String code(Code code) {
    return code.name().toLowerCase(Locale.ROOT);
  }

  private static void problem(HttpExchange exchange, int status, String code, String detail)
      throws IOException {
    Map<String, Object> problem = new LinkedHashMap<>();
    problem.put("type", "about:blank");
    problem.put("title", code.replace('_', ' '));
    problem.put("status", status);
    problem.put("code", code);
    problem.put("detail", detail);
    send(exchange, status, "application/problem+json", problem);
  }

  private static void send(HttpExchange exchange, int status, String type, Object body)
      throws IOException {
    byte[] bytes = (JSON.writeValueAsString(body) + "\n").getBytes(StandardCharsets.UTF_8);
    exchange.getResponseHeaders().set("Content-Type", type);
    exchange.sendResponseHeaders(status, bytes.length);
    exchange.getResponseBody().write(bytes);
  }

  @Override
  public void close() {
    server.stop(0);
    executor.shutdownNow();
    gate.close();
    if (identity != null) {
      identity.close();
    }
  }
}
