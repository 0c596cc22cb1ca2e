package dev.headwater.launcher.clients;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.headwater.client.Credentials;
import dev.headwater.client.DomainClient;
import dev.headwater.client.HeadwaterClient;
import dev.headwater.client.HeadwaterException;
import dev.headwater.client.NodeClient;
import dev.headwater.client.Retries;
import dev.headwater.client.Timeouts;
import dev.headwater.client.Wish;
import dev.headwater.client.answers.AnswerJson;
import dev.headwater.events.json.CatalogItem;
import dev.headwater.events.json.Interaction;
import dev.headwater.events.json.InteractionType;
import dev.headwater.events.json.RejectedRecordException;
import java.net.URI;
import java.time.Duration;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;

/** The cases through the client module. */
final class JavaDriver implements Driver {
  private static final ObjectMapper JSON = AnswerJson.reader().build();

  @Override
  public String name() {
    return "java";
  }

  @Override
  public JsonNode run(JsonNode asked) {
    ObjectNode outcome = JSON.createObjectNode();
    try {
      return outcome.set("answer", JSON.valueToTree(new Asked(asked).answer()));
    } catch (HeadwaterException e) {
      outcome
          .putObject("refused")
          .put("status", e.status())
          .put("code", e.code())
          .put("retry_after", e.retryAfter().toSeconds());
    } catch (RejectedRecordException e) {
      // Found by the client itself, before any call: as a node would answer.
      outcome.putObject("refused").put("status", 400).put("code", e.reason().code());
    } catch (RuntimeException e) {
      outcome.put("failed", e.toString());
    }
    return outcome;
  }

  /** One call, before it is made. */
  private static final class Asked {
    private final String call;
    private final Map<String, String> path = new LinkedHashMap<>();
    private final JsonNode query;
    private final JsonNode body;
    private final NodeClient node;

    Asked(JsonNode asked) {
      call = asked.path("call").asText();
      asked.path("path").forEach(each -> path.put(each.get(0).asText(), each.get(1).asText()));
      query = asked.path("query");
      body = asked.path("body");
      Retries retries =
          new Retries(
              asked.path("attempts").asInt(),
              Duration.ofMillis(asked.path("first_wait_ms").asLong()),
              Duration.ofMillis(asked.path("longest_wait_ms").asLong()));
      String key = asked.path("key").asText();
      node =
          NodeClient.at(URI.create(asked.path("url").asText()))
              .with(retries)
              .with(Timeouts.of(Duration.ofMillis(asked.path("timeout_ms").asLong())))
              .with(key.isEmpty() ? Credentials.NONE : Credentials.of(() -> key));
    }

    private String path(String name) {
      return Objects.requireNonNull(path.get(name), name);
    }

    Object answer() throws RejectedRecordException {
      return switch (call) {
        case "listEndpoints" -> node.listing();
        case "getHealth" -> node.health();
        case "getReadiness" -> node.readiness();
        case "getLag" -> node.lag();
        case "getConfiguration" -> node.configuration();
        case "listDomains" -> node.domains();
        default -> ofShop(node.shop(path("domain")));
      };
    }

    private Object ofShop(HeadwaterClient shop) throws RejectedRecordException {
      return switch (call) {
        case "recommendForUser" -> shop.forUser(path("user"), wish(query));
        case "recommendForUsers" -> shop.forUsers(texts("users"), wish(body));
        case "recommendForHistory" -> shop.forHistory(texts("history"), wish(body));
        case "findSimilarItems" -> shop.similar(path("item"), wish(query));
        case "getItemStatus" -> shop.status(path("item"));
        case "getItemStatuses" -> shop.statuses(texts("items"));
        case "publishEvents" ->
            body.has("events")
                ? shop.publish(all("events").stream().map(Asked::event).toList())
                : shop.publish(event(body));
        case "publishItems" ->
            body.has("items")
                ? shop.publishItems(all("items").stream().map(Asked::item).toList())
                : shop.publish(item(body));
        case "removeItem" -> shop.removeItem(path("item"));
        default -> ofDomain(node.domain(path("domain")));
      };
    }

    private Object ofDomain(DomainClient domain) {
      int count = query.path("count").asInt();
      return switch (call) {
        case "findItems" ->
            domain.findItems(query.path("query").asText(), count, query.path("newest").asBoolean());
        case "findUsers" -> domain.findUsers(query.path("prefix").asText(), count);
        case "getUserHistory" -> domain.history(path("user"));
        case "listRejectedItems" -> domain.refusedItems(count);
        case "getQuality" -> domain.quality(query.path("since_ms").asLong(), count);
        case "listDeniedItems" -> domain.denied(count);
        case "denyItems" -> domain.deny(texts("items"), why(), "");
        case "allowItems" -> domain.allow(texts("items"), why(), "");
        default -> ofVersions(domain);
      };
    }

    private Object ofVersions(DomainClient domain) {
      long version = body.path("version").asLong();
      return switch (call) {
        case "getVersions" -> domain.versions();
        case "listKeptVersions" -> domain.keptVersions();
        case "diffVersions" -> domain.diff(query.path("a").asLong(), query.path("b").asLong());
        case "getAudit" -> domain.audit();
        case "pinVersion" -> domain.pin(version, why(), "");
        case "unpinVersion" -> domain.unpin(why(), "");
        case "rollBackVersion" -> domain.rollback(version, why(), "");
        default -> throw new IllegalArgumentException("this driver does not know " + call);
      };
    }

    private String why() {
      return body.path("why").asText();
    }

    private List<String> texts(String name) {
      return all(name).stream().map(JsonNode::asText).toList();
    }

    private List<JsonNode> all(String name) {
      List<JsonNode> all = new ArrayList<>();
      body.path(name).forEach(all::add);
      return all;
    }

    private static Wish wish(JsonNode values) {
      Wish wish = Wish.of(values.path("count").asInt(10));
      for (Map.Entry<String, JsonNode> each : values.properties()) {
        JsonNode value = each.getValue();
        wish =
            switch (each.getKey()) {
              case "include_seen" -> wish.includeSeen();
              case "explain" -> wish.explain();
              case "exact" -> wish.exact();
              case "paged" -> wish.paged();
              case "category_cap" -> wish.categoryCap(value.asInt());
              case "diversity" -> wish.diversity(value.asDouble());
              case "explore" -> wish.explore(value.asDouble());
              case "seed" -> wish.seed(value.asLong());
              case "cursor" -> wish.after(value.asText());
              case "exclude" -> excluding(wish, value);
              case "count", "users", "history", "attributes" -> wish;
              default -> throw new IllegalArgumentException("no wish: " + each.getKey());
            };
      }
      return wish;
    }

    private static Wish excluding(Wish wish, JsonNode items) {
      Wish more = wish;
      for (JsonNode item : items) {
        more = more.exclude(item.asText());
      }
      return more;
    }

    private static Interaction event(JsonNode json) {
      return new Interaction(
          json.path("event_id").asText(),
          json.path("domain").asText(),
          json.path("user").asText(),
          json.path("item").asText(),
          Objects.requireNonNull(InteractionType.of(json.path("type").asText())),
          json.has("value") ? json.path("value").asDouble() : null,
          json.path("timestamp").asLong(),
          json.has("recommendation_id") ? json.path("recommendation_id").asText() : null,
          json.path("position").asInt(-1));
    }

    private static CatalogItem item(JsonNode json) {
      List<String> categories = new ArrayList<>();
      json.path("categories").forEach(each -> categories.add(each.asText()));
      Map<String, String> attributes = new LinkedHashMap<>();
      json.path("attributes")
          .properties()
          .forEach(e -> attributes.put(e.getKey(), e.getValue().asText()));
      return new CatalogItem(
          json.path("domain").asText(),
          json.path("item").asText(),
          json.path("title").asText(),
          json.path("brand").asText(),
          categories,
          json.path("text").asText(),
          attributes,
          json.path("available").asBoolean(true));
    }
  }
}
