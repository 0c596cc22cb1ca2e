package dev.headwater.mapping;

import com.sun.net.httpserver.HttpServer;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CopyOnWriteArrayList;

/**
 * Answers as a registry does, in Confluent's words, and can be made to fail: what the real one of
 * {@code RegistryIT} does not do on demand.
 */
final class RegistryStandIn implements AutoCloseable {
  final Map<String, String> answers = new ConcurrentHashMap<>();
  final List<String> asked = new CopyOnWriteArrayList<>();
  final List<String> authorizations = new CopyOnWriteArrayList<>();
  volatile int failing;
  private final HttpServer server;

  RegistryStandIn() throws IOException {
    server = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
    server.createContext(
        "/",
        exchange -> {
          String path = exchange.getRequestURI().getPath();
          asked.add(path);
          String authorization = exchange.getRequestHeaders().getFirst("authorization");
          authorizations.add(authorization == null ? "" : authorization);
          String answer = answers.get(path);
          byte[] body =
              (answer == null ? "{\"error_code\":40403}" : answer).getBytes(StandardCharsets.UTF_8);
          int status = failing != 0 ? failing : answer == null ? 404 : 200;
          exchange.sendResponseHeaders(status, body.length);
          exchange.getResponseBody().write(body);
          exchange.close();
        });
    server.start();
  }

  void schema(int id, String type, String text, String references) {
    answers.put(
        "/v7/schemas/ids/" + id,
        "{\"schemaType\":\"%s\",\"schema\":%s%s}"
            .formatted(
                type,
                JsonDecoder.JSON.getNodeFactory().textNode(text),
                references.isEmpty() ? "" : ",\"references\":" + references));
  }

  RegistrySetting setting(String user, String password) {
    return new RegistrySetting(
        URI.create("http://127.0.0.1:" + server.getAddress().getPort() + "/v7/"), user, password);
  }

  SchemaRegistry registry() {
    return new SchemaRegistry(setting("", ""));
  }

  @Override
  public void close() {
    server.stop(0);
  }
}
