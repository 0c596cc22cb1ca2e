package dev.headwater.serving.http;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import com.linecorp.armeria.common.HttpStatus;
import dev.headwater.http.ApiException;
import dev.headwater.http.ApiRequest;
import dev.headwater.http.Endpoint;
import dev.headwater.http.Json;
import dev.headwater.http.Later;
import dev.headwater.serving.nodes.Member;
import java.io.IOException;
import java.net.http.HttpResponse;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import org.jspecify.annotations.Nullable;

/**
 * Hands each name of a posted list to a node that holds it, and puts their answers together in the
 * order asked. A list that is this node's alone, and one that cannot be read or is too long, it
 * answers itself: a part of a long one would be short enough.
 */
final class HandOut implements Endpoint {
  private final Neighbours neighbours;
  private final String names;
  private final String answers;
  private final int max;
  private final Endpoint inner;

  private HandOut(Neighbours neighbours, String names, String answers, int max, Endpoint inner) {
    this.neighbours = neighbours;
    this.names = names;
    this.answers = answers;
    this.max = max;
    this.inner = inner;
  }

  /**
   * Makes one.
   *
   * @param names the field of the request that lists names
   * @param answers the field of the answer that lists what was found, in the same order
   * @param max of names
   */
  static Endpoint of(
      @Nullable Neighbours neighbours, String names, String answers, int max, Endpoint inner) {
    return neighbours == null ? inner : new HandOut(neighbours, names, answers, max, inner);
  }

  @Override
  public Object handle(ApiRequest request) {
    if (neighbours.isHandedOn(request)) {
      return inner.handle(request);
    }
    ObjectNode body = body(request);
    Map<List<Member>, List<Integer>> parts = body == null ? Map.of() : parts(request, body);
    if (body == null || parts.isEmpty()) {
      return inner.handle(request);
    }
    neighbours.metrics().onHandedOn();
    JsonNode[] found = new JsonNode[body.path(names).size()];
    CompletableFuture<?>[] asked =
        parts.entrySet().stream()
            .map(part -> asked(request, body, part.getKey(), part.getValue(), found))
            .toArray(CompletableFuture[]::new);
    return new Later(CompletableFuture.allOf(asked).thenApply(done -> together(found)));
  }

  private @Nullable ObjectNode body(ApiRequest request) {
    try {
      JsonNode body = Json.MAPPER.readTree(request.jsonBytes());
      return body instanceof ObjectNode object && isShort(object.path(names)) ? object : null;
    } catch (IOException e) {
      return null;
    }
  }

  private boolean isShort(JsonNode list) {
    return list.isArray() && list.size() <= max;
  }

  /** The places of names by the nodes that hold them; empty where all are held here. */
  private Map<List<Member>, List<Integer>> parts(ApiRequest request, ObjectNode body) {
    Map<Integer, List<Member>> homes = new LinkedHashMap<>();
    Map<List<Member>, List<Integer>> parts = new LinkedHashMap<>();
    for (int i = 0; i < body.path(names).size(); i++) {
      JsonNode name = body.path(names).get(i);
      if (!name.isTextual()) {
        return Map.of();
      }
      int shard = neighbours.homes().shard(request.path("domain"), name.textValue());
      List<Member> nodes = homes.computeIfAbsent(shard, neighbours.homes()::holders);
      parts.computeIfAbsent(nodes, key -> new ArrayList<>()).add(i);
    }
    return parts.size() == 1 && neighbours.homes().isHere(homes.keySet()) ? Map.of() : parts;
  }

  private CompletableFuture<Void> asked(
      ApiRequest request,
      ObjectNode body,
      List<Member> nodes,
      List<Integer> places,
      JsonNode[] found) {
    ObjectNode part = body.deepCopy();
    ArrayNode list = part.putArray(names);
    places.forEach(at -> list.add(body.path(names).get(at)));
    return neighbours
        .shards()
        .call(
            nodes,
            node ->
                neighbours
                    .transport()
                    .hand(node, request.pathAndQuery(), Json.bytes(part), neighbours.most()))
        .thenAccept(told -> take(told, places, found));
  }

  private void take(@Nullable HttpResponse<byte[]> told, List<Integer> places, JsonNode[] found) {
    if (told == null) {
      throw ApiException.unavailable("not_ready", "nobody who holds some of these answers now");
    }
    try {
      JsonNode part = Json.MAPPER.readTree(told.body());
      if (told.statusCode() != 200) {
        throw new ApiException(
            HttpStatus.valueOf(told.statusCode()),
            part.path("code").asText(),
            part.path("detail").asText(),
            told.headers().firstValue(ApiException.RETRY_AFTER).orElse(null));
      }
      for (int i = 0; i < places.size(); i++) {
        found[places.get(i)] = part.path(answers).path(i);
      }
    } catch (IOException e) {
      throw ApiException.unavailable("not_ready", "a node's answer cannot be read");
    }
  }

  private ObjectNode together(JsonNode[] found) {
    ObjectNode all = Json.MAPPER.createObjectNode();
    ArrayNode list = all.putArray(answers);
    for (JsonNode each : found) {
      list.add(each);
    }
    return all;
  }
}
