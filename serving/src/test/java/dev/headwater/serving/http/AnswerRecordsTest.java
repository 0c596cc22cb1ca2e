package dev.headwater.serving.http;

import static java.util.Map.entry;
import static java.util.Objects.requireNonNull;
import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.BeanDescription;
import com.fasterxml.jackson.databind.JavaType;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.introspect.BeanPropertyDefinition;
import com.fasterxml.jackson.databind.json.JsonMapper;
import dev.headwater.client.answers.AnnouncedTable;
import dev.headwater.client.answers.AnswerJson;
import dev.headwater.client.answers.ApiListing;
import dev.headwater.client.answers.AuditTrail;
import dev.headwater.client.answers.Denial;
import dev.headwater.client.answers.DenialDone;
import dev.headwater.client.answers.DeniedItemList;
import dev.headwater.client.answers.DomainVersions;
import dev.headwater.client.answers.EffectiveConfiguration;
import dev.headwater.client.answers.FoundItems;
import dev.headwater.client.answers.FoundUsers;
import dev.headwater.client.answers.HistoryOfUser;
import dev.headwater.client.answers.ItemStatus;
import dev.headwater.client.answers.ItemStatusList;
import dev.headwater.client.answers.KeptVersions;
import dev.headwater.client.answers.LagReport;
import dev.headwater.client.answers.NodeHealth;
import dev.headwater.client.answers.Place;
import dev.headwater.client.answers.PrequentialQuality;
import dev.headwater.client.answers.ProblemDetails;
import dev.headwater.client.answers.Published;
import dev.headwater.client.answers.Readiness;
import dev.headwater.client.answers.Recommendations;
import dev.headwater.client.answers.RecommendationsByUser;
import dev.headwater.client.answers.RefusedItems;
import dev.headwater.client.answers.Rejection;
import dev.headwater.client.answers.RolledBack;
import dev.headwater.client.answers.ServedDomains;
import dev.headwater.client.answers.TableDiff;
import dev.headwater.events.wire.QualityWindow;
import dev.headwater.events.wire.RankingQuality;
import dev.headwater.http.Json;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** The document, what a node writes, and what the client reads say the same, field by field. */
class AnswerRecordsTest {
  private static final JsonMapper CLIENT = AnswerJson.reader().build();
  private static final Set<String> NOT_RECORDS = Set.of("getMetrics", "getOpenApi");
  private static final Map<String, List<Class<?>>> RECORDS =
      Map.ofEntries(
          entry("recommendForUser", List.of(Recommendations.class)),
          entry("recommendForHistory", List.of(Recommendations.class)),
          entry("recommendForUsers", List.of(RecommendationsByUser.class)),
          entry("findSimilarItems", List.of(Recommendations.class)),
          entry("getItemStatus", List.of(ItemStatus.class)),
          entry("getItemStatuses", List.of(ItemStatusList.class)),
          entry("getVersions", List.of(DomainVersions.class)),
          entry("pinVersion", List.of(AnnouncedTable.class)),
          entry("unpinVersion", List.of(AnnouncedTable.class)),
          entry("rollBackVersion", List.of(RolledBack.class)),
          entry("getLag", List.of(LagReport.class)),
          entry("getHealth", List.of(NodeHealth.class)),
          entry("getReadiness", List.of(Readiness.class)),
          entry("getConfiguration", List.of(EffectiveConfiguration.class)),
          entry("listEndpoints", List.of(ApiListing.class)),
          entry("publishEvents", List.of(Place.class, Published.class)),
          entry("publishItems", List.of(Place.class, Published.class)),
          entry("removeItem", List.of(Place.class)),
          entry("findItems", List.of(FoundItems.class)),
          entry("denyItems", List.of(DenialDone.class)),
          entry("allowItems", List.of(DenialDone.class)),
          entry("listDeniedItems", List.of(DeniedItemList.class)),
          entry("listDomains", List.of(ServedDomains.class)),
          entry("listRejectedItems", List.of(RefusedItems.class)),
          entry("findUsers", List.of(FoundUsers.class)),
          entry("getUserHistory", List.of(HistoryOfUser.class)),
          entry("getQuality", List.of(PrequentialQuality.class)),
          entry("listKeptVersions", List.of(KeptVersions.class)),
          entry("diffVersions", List.of(TableDiff.class)),
          entry("getAudit", List.of(AuditTrail.class)));

  private final TestNode node = TestNode.withItems();
  private final JsonNode document = node.get("/openapi.json").body();

  @AfterEach
  void stop() {
    node.close();
  }

  private List<JsonNode> operations() {
    List<JsonNode> operations = new ArrayList<>();
    document.path("paths").forEach(path -> path.forEach(operations::add));
    return operations;
  }

  @Test
  void everyAnswerHasARecord() {
    Set<String> documented = new TreeSet<>(NOT_RECORDS);
    operations().forEach(each -> documented.add(each.path("operationId").asText()));
    Set<String> known = new TreeSet<>(NOT_RECORDS);
    known.addAll(RECORDS.keySet());
    assertThat(known).isEqualTo(documented);
  }

  @Test
  void everyRecordHasTheFieldsOfTheDocumentAndNoOthers() {
    for (JsonNode operation : operations()) {
      String name = operation.path("operationId").asText();
      if (!NOT_RECORDS.contains(name)) {
        JsonNode responses = operation.path("responses");
        JsonNode told = responses.has("200") ? responses.path("200") : responses.path("202");
        JsonNode schema = resolved(told.at("/content/application~1json/schema"));
        List<Class<?>> records = requireNonNull(RECORDS.get(name), name);
        JsonNode several = schema.path("oneOf");
        assertThat(several.isMissingNode() ? 1 : several.size()).as(name).isEqualTo(records.size());
        for (int i = 0; i < records.size(); i++) {
          JsonNode one = several.isMissingNode() ? schema : several.get(i);
          compare(name, one, CLIENT.constructType(records.get(i)));
        }
      }
    }
    compare(
        "problem",
        document.at("/components/schemas/Problem"),
        CLIENT.constructType(ProblemDetails.class));
  }

  private void compare(String where, JsonNode schema, JavaType type) {
    JsonNode resolved = resolved(schema);
    String kind = resolved.path("type").asText();
    if (kind.equals("array")) {
      assertThat(type.isCollectionLikeType()).as(where).isTrue();
      compare(where + "[]", resolved.path("items"), type.getContentType());
    } else if (kind.equals("object") && !type.isMapLikeType()) {
      compareObject(where, resolved, type);
    } else {
      assertThat(kind).as(where).isEqualTo(kindOf(type));
      assertThat(resolved.path("format").asText()).as("format of %s", where).isEqualTo(width(type));
    }
  }

  /** Without it, generated clients cut a long to 32 bits and a double to a float. */
  private static String width(JavaType type) {
    return switch (type.getRawClass().getSimpleName()) {
      case "long", "Long" -> "int64";
      case "double", "Double" -> "double";
      default -> "";
    };
  }

  private void compareObject(String where, JsonNode schema, JavaType type) {
    assertThat(type.isRecordType()).as("%s is %s", where, type).isTrue();
    BeanDescription bean = CLIENT.getSerializationConfig().introspect(type);
    Set<String> fields = new TreeSet<>();
    bean.findProperties().forEach(each -> fields.add(each.getName()));
    Set<String> documented = new TreeSet<>();
    schema.path("properties").fieldNames().forEachRemaining(documented::add);
    assertThat(fields).as("fields of %s, %s", where, type).isEqualTo(documented);
    for (BeanPropertyDefinition each : bean.findProperties()) {
      JsonNode field = schema.path("properties").path(each.getName());
      compare(where + "." + each.getName(), field, each.getPrimaryType());
    }
  }

  private JsonNode resolved(JsonNode schema) {
    String reference = schema.path("$ref").asText();
    return reference.isEmpty() ? schema : document.at(reference.substring(1));
  }

  private static String kindOf(JavaType type) {
    return switch (type.getRawClass().getSimpleName()) {
      case "String" -> "string";
      case "int", "Integer", "long", "Long" -> "integer";
      case "float", "Float", "double", "Double" -> "number";
      case "boolean", "Boolean" -> "boolean";
      default -> "object";
    };
  }

  /** A shop in which something is known of everything that can be asked for. */
  private void furnish() {
    node.entry("a", "Acme", List.of("Toys"), Map.of());
    node.entry("b", "", List.of("Toys"), Map.of());
    node.tuned("c", 1, 0.5f, 0.87f);
    node.user("ann", "ev1", "a", "c");
    node.shop().deny(node.code("d"), new Denial("recalled", "ops", 5));
    node.rejections.add("shop/bad", new Rejection("item_without_title", "title is blank", 7));
    node.quality.add(
        QualityWindow.newBuilder()
            .setDomain("shop")
            .setModel("m")
            .setFromMs(1)
            .setToMs(2)
            .setLive(RankingQuality.newBuilder().setHr10(0.5).setNdcg10(0.25).setEvents(3))
            .build());
    node.lag =
        new LagReport(
            "node",
            TestNode.NOW_MS,
            1_000,
            List.of(
                new LagReport.HopReading(
                    "shop", "clicks", "ingest", "live", 0.1, 0.1, 0.2, 9_000, 12L)));
  }

  private void keepsAll(TestNode.Got got, Class<?> type) {
    JsonNode written = got.body();
    assertThat(written.size()).as(type.getSimpleName()).isPositive();
    try {
      Object read = CLIENT.treeToValue(written, type);
      assertThat(CLIENT.readTree(Json.bytes(read))).as(type.getSimpleName()).isEqualTo(written);
    } catch (IOException e) {
      throw new AssertionError(type + ": " + written, e);
    }
  }

  @Test
  void theClientLosesNothingOfWhatANodeWrites() {
    furnish();
    String shop = "/v1/domains/shop";
    String full = "?count=2&explain=true&explore=0.5&paged=true&category=Toys";
    keepsAll(node.get(shop + "/users/ann/recommendations?explain=true"), Recommendations.class);
    keepsAll(node.get(shop + "/users/ann/recommendations" + full), Recommendations.class);
    keepsAll(node.get(shop + "/users/nobody/recommendations"), Recommendations.class);
    keepsAll(
        node.post(shop + "/recommendations", "{\"history\":[\"a\",\"unheard\"]}"),
        Recommendations.class);
    keepsAll(
        node.post(shop + "/users/recommendations", "{\"users\":[\"ann\",\"x\"]}"),
        RecommendationsByUser.class);
    keepsAll(node.get(shop + "/items/a/similar"), Recommendations.class);
    for (String item : List.of("a", "c", "d", "bad", "unheard")) {
      keepsAll(node.get(shop + "/items/" + item + "/status"), ItemStatus.class);
    }
    keepsAll(
        node.post(shop + "/items/status", "{\"items\":[\"a\",\"bad\"]}"), ItemStatusList.class);
    keepsAll(node.get(shop + "/versions"), DomainVersions.class);
    keepsAll(node.get(shop + "/items?query=a"), FoundItems.class);
    keepsAll(node.get(shop + "/items/rejected"), RefusedItems.class);
    keepsAll(node.get(shop + "/denied"), DeniedItemList.class);
    keepsAll(node.get(shop + "/users"), FoundUsers.class);
    keepsAll(node.get(shop + "/users/ann/history"), HistoryOfUser.class);
    keepsAll(node.get(shop + "/users/nobody/history"), HistoryOfUser.class);
    keepsAll(node.get(shop + "/quality"), PrequentialQuality.class);
    keepsAll(node.get("/v1/domains"), ServedDomains.class);
    keepsAll(node.get("/v1/lag"), LagReport.class);
    keepsAll(node.get("/v1/config"), EffectiveConfiguration.class);
    keepsAll(node.get("/health"), NodeHealth.class);
    keepsAll(node.get("/ready"), Readiness.class);
    keepsAll(node.get("/"), ApiListing.class);
    keepsAll(node.get(shop + "/items/a/similar?count=0"), ProblemDetails.class);
    node.readiness = new Readiness(false, 0.5, 3, List.of("shop"), "a follower stopped");
    keepsAll(node.get("/ready"), Readiness.class);
    keepsAll(node.get("/health"), NodeHealth.class);
  }

  @Test
  void theClientReadsARealNode() {
    furnish();
    var shop =
        dev.headwater.client.NodeClient.at(java.net.URI.create("http://127.0.0.1:" + node.port()));
    Recommendations answer =
        shop.shop("shop").forHistory(List.of("a", "unheard"), dev.headwater.client.Wish.of(2));
    assertThat(answer.unknownItems()).isEqualTo(1);
    assertThat(shop.shop("shop").status("a").title()).isEqualTo("a");
    assertThat(shop.shop("shop").status("a").brand()).isEqualTo("Acme");
    assertThat(shop.shop("shop").status("d").denied()).isEqualTo(new Denial("recalled", "ops", 5));
    assertThat(shop.domains().domains())
        .extracting(ServedDomains.ServedDomain::domain)
        .contains("shop");
    assertThat(shop.lag().hops().get(0).clockSkewMs()).isEqualTo(12);
    assertThat(shop.readiness().ready()).isTrue();
    assertThat(shop.health().status()).isEqualTo("up");
    assertThat(shop.listing().endpoints()).contains("GET /v1/lag");
    assertThat(shop.configuration().config()).isNotNull();
    var domain = shop.domain("shop");
    assertThat(domain.versions().users()).isEqualTo(1);
    assertThat(domain.findItems("a", 5, false).items().get(0).brand()).isEqualTo("Acme");
    assertThat(domain.refusedItems(5).items().get(0).item()).isEqualTo("bad");
    assertThat(domain.findUsers("an", 5).users().get(0).user()).isEqualTo("ann");
    assertThat(domain.history("ann").items()).containsExactly("a", "c");
    assertThat(requireNonNull(domain.quality(0, 5).windows().get(0).live()).hr10()).isEqualTo(0.5);
    assertThat(domain.denied(5).denied()).isEqualTo(1);
  }
}
