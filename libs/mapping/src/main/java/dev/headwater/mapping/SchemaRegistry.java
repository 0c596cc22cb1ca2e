package dev.headwater.mapping;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.json.JsonMapper;
import dev.headwater.events.json.ReasonCode;
import dev.headwater.events.json.RejectedRecordException;
import java.io.IOException;
import java.net.URI;
import java.net.URLEncoder;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Base64;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;

/**
 * Asks a schema registry by Confluent's REST API, which Confluent's own, Apicurio's ({@code
 * /apis/ccompat/v7}), Redpanda's and Karapace speak alike. A schema never changes under its id, so
 * each is asked for once; ids that the registry does not know are asked for again after a while, so
 * that a topic full of rubbish does not become a storm of calls. Thread-safe.
 */
public final class SchemaRegistry {
  private static final int MAX_SCHEMAS = 10_000;
  private static final int NOT_FOUND = 404;
  private static final int OK = 200;
  private static final int MAX_REFERENCES = 100;
  private static final long UNKNOWN_NANOS = Duration.ofSeconds(10).toNanos();
  private static final Duration TIMEOUT = Duration.ofSeconds(5);
  private static final JsonMapper JSON = new JsonMapper();

  private final RegistrySetting setting;
  private final HttpClient http = HttpClient.newBuilder().connectTimeout(TIMEOUT).build();
  private final Map<Integer, RegisteredSchema> known = new ConcurrentHashMap<>();
  private final Map<Integer, Long> unknownUntil = new ConcurrentHashMap<>();

  /** Makes one; nothing is asked yet. */
  public SchemaRegistry(RegistrySetting setting) {
    this.setting = setting;
  }

  /**
   * Returns a schema.
   *
   * @throws RejectedRecordException {@code unknown_schema} where the registry has none of this id
   * @throws RegistryUnavailableException where it cannot be asked
   */
  RegisteredSchema schema(int id) throws RejectedRecordException {
    RegisteredSchema found = known.get(id);
    if (found != null) {
      return found;
    }
    Long until = unknownUntil.get(id);
    if (until != null && System.nanoTime() - until < 0) {
      throw unknown(id);
    }
    JsonNode answer = ask("/schemas/ids/" + id);
    if (answer.isMissingNode()) {
      remember(unknownUntil, id, System.nanoTime() + UNKNOWN_NANOS);
      throw unknown(id);
    }
    RegisteredSchema schema = read(answer, new ArrayList<>());
    remember(known, id, schema);
    return schema;
  }

  private static <V> void remember(Map<Integer, V> map, int id, V value) {
    if (map.size() >= MAX_SCHEMAS) {
      map.clear();
    }
    map.put(id, value);
  }

  private RejectedRecordException unknown(int id) {
    return new RejectedRecordException(
        ReasonCode.UNKNOWN_SCHEMA, "the registry has no schema of id " + id);
  }

  private RegisteredSchema read(JsonNode answer, List<String> seen) throws RejectedRecordException {
    List<RegisteredSchema.Named> references = new ArrayList<>();
    for (JsonNode reference : answer.path("references")) {
      String name = reference.path("name").asText();
      if (seen.contains(name)) {
        continue;
      }
      seen.add(name);
      if (seen.size() > MAX_REFERENCES) {
        throw new RejectedRecordException(
            ReasonCode.UNKNOWN_SCHEMA, "the schema refers to more than " + MAX_REFERENCES);
      }
      references.add(new RegisteredSchema.Named(name, referred(reference, seen)));
    }
    return new RegisteredSchema(
        answer.path("schemaType").asText("AVRO"), answer.path("schema").asText(), references);
  }

  private RegisteredSchema referred(JsonNode reference, List<String> seen)
      throws RejectedRecordException {
    String subject =
        URLEncoder.encode(reference.path("subject").asText(), StandardCharsets.UTF_8)
            .replace("+", "%20");
    JsonNode answer =
        ask("/subjects/" + subject + "/versions/" + reference.path("version").asInt());
    if (answer.isMissingNode()) {
      throw new RejectedRecordException(
          ReasonCode.UNKNOWN_SCHEMA, "the registry has no subject " + subject);
    }
    return read(answer, seen);
  }

  /** Returns the answer, a missing node for 404. */
  private JsonNode ask(String path) {
    URI base = setting.url();
    if (base == null) {
      throw new RegistryUnavailableException(
          "the record names a schema of a registry, but ingest.registry.url says none");
    }
    URI uri = URI.create(base.toString().replaceAll("/+$", "") + path);
    try {
      HttpResponse<byte[]> response =
          http.send(request(uri), HttpResponse.BodyHandlers.ofByteArray());
      if (response.statusCode() == NOT_FOUND) {
        return JSON.missingNode();
      }
      if (response.statusCode() != OK) {
        throw new RegistryUnavailableException(
            "the schema registry answered " + response.statusCode() + " to " + uri);
      }
      return JSON.readTree(response.body());
    } catch (IOException e) {
      throw new RegistryUnavailableException("no answer from the schema registry to " + uri, e);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new RegistryUnavailableException("interrupted while asking the schema registry", e);
    }
  }

  private HttpRequest request(URI uri) {
    HttpRequest.Builder request =
        HttpRequest.newBuilder(uri)
            .timeout(TIMEOUT)
            .header("accept", "application/vnd.schemaregistry.v1+json, application/json");
    if (!setting.user().isEmpty()) {
      String pair = setting.user() + ":" + setting.password();
      String basic = Base64.getEncoder().encodeToString(pair.getBytes(StandardCharsets.UTF_8));
      request.header("authorization", "Basic " + basic);
    }
    return request.build();
  }
}
