package dev.headwater.client;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.fasterxml.jackson.databind.JsonNode;
import dev.headwater.client.answers.ItemStatus;
import dev.headwater.client.answers.Place;
import dev.headwater.client.answers.Published;
import dev.headwater.client.answers.Recommendations;
import dev.headwater.events.json.CatalogItem;
import dev.headwater.events.json.Interaction;
import dev.headwater.events.json.ReasonCode;
import dev.headwater.events.json.RejectedRecordException;
import java.io.IOException;
import java.net.URLDecoder;
import java.nio.charset.StandardCharsets;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** What is asked and how answers are read, over real sockets; on a real node: serving's tests. */
class HeadwaterClientTest {
  private static final String PLACE = "{\"topic\":\"interactions\",\"partition\":1,\"offset\":7}";

  private final ScriptedServer server;

  HeadwaterClientTest() throws IOException {
    server = new ScriptedServer();
  }

  @AfterEach
  void stop() {
    server.close();
  }

  private static ReasonCode reason(Throwable thrown) {
    return ((RejectedRecordException) thrown).reason();
  }

  @Test
  void sendsNoEventThatWouldBeRefused() {
    server.thenAnswer(202, PLACE);
    Interaction good = Interaction.click("e1", "shop", "u", "a", 1);
    Interaction bad = Interaction.click("e1", "shop", "", "a", 1);
    assertThatThrownBy(() -> server.shop(1).publish(bad))
        .isInstanceOf(RejectedRecordException.class)
        .extracting(HeadwaterClientTest::reason)
        .isEqualTo(ReasonCode.EMPTY_ID);
    assertThatThrownBy(() -> server.shop(1).publish(List.of(good, bad)))
        .isInstanceOf(RejectedRecordException.class);
    assertThatThrownBy(() -> server.shop(1).async().publish(bad))
        .isInstanceOf(RejectedRecordException.class);
    assertThat(server.asked).isEmpty();
  }

  @Test
  void sendsNoItemThatWouldBeRefused() {
    server.thenAnswer(202, PLACE);
    CatalogItem blank = CatalogItem.of("shop", "a", " ", "", List.of());
    assertThatThrownBy(() -> server.shop(1).publish(blank))
        .isInstanceOf(RejectedRecordException.class)
        .extracting(HeadwaterClientTest::reason)
        .isEqualTo(ReasonCode.ITEM_WITHOUT_TITLE);
    assertThatThrownBy(() -> server.shop(1).publishItems(List.of(blank)))
        .isInstanceOf(RejectedRecordException.class);
    assertThat(server.asked).isEmpty();
  }

  @Test
  void publishesEventsAndItems() throws Exception {
    server.thenAnswer(202, PLACE);
    HeadwaterClient shop = server.shop(1);
    Interaction event = Interaction.click("e1", "shop", "u", "a", 5);
    CatalogItem item = CatalogItem.of("shop", "a", "Kite", "", List.of());
    assertThat(shop.publish(event)).isEqualTo(new Place("interactions", 1, 7));
    assertThat(shop.publish(item).offset()).isEqualTo(7);
    assertThat(shop.removeItem("a").topic()).isEqualTo("interactions");
    assertThat(server.asked)
        .extracting(each -> each.method() + " " + each.path())
        .containsExactly(
            "POST /v1/domains/shop/events",
            "POST /v1/domains/shop/items",
            "DELETE /v1/domains/shop/items/a");
    assertThat(server.asked.get(0).body())
        .isEqualTo(new String(event.toJson(), StandardCharsets.UTF_8));
    assertThat(server.asked.get(1).body())
        .isEqualTo(new String(item.toJson(), StandardCharsets.UTF_8));
  }

  @Test
  void publishesSeveralAtOnceAndHearsOfEach() throws Exception {
    server.thenAnswer(
        202,
        "{\"accepted\":1,\"rejected\":1,\"records\":["
            + PLACE
            + ",{\"code\":\"key_mismatch\","
            + "\"detail\":\"no\"}]}");
    Interaction event = Interaction.click("e1", "shop", "u", "a", 5);
    Published published = server.shop(1).publish(List.of(event, event));
    assertThat(published.accepted()).isEqualTo(1);
    assertThat(published.records().get(0).offset()).isEqualTo(7);
    assertThat(published.records().get(0).code()).isNull();
    assertThat(published.records().get(1).code()).isEqualTo("key_mismatch");
    assertThat(published.records().get(1).topic()).isNull();
    JsonNode sent = Calls.JSON.readTree(server.asked.get(0).body());
    assertThat(sent.path("events")).hasSize(2);
    assertThat(sent.at("/events/1/event_id").asText()).isEqualTo("e1");
    server.shop(1).publishItems(List.of(CatalogItem.of("shop", "a", "Kite", "", List.of())));
    sent = Calls.JSON.readTree(server.asked.get(1).body());
    assertThat(sent.at("/items/0/title").asText()).isEqualTo("Kite");
  }

  @ParameterizedTest
  @ValueSource(
      strings = {"a b", "a/b", "a//b", "..", ".", "%2F", "a+b", "?", "#x", "&=", "ü", "凧🪁", "\n"})
  void identifiersArriveAsTheyAre(String id) throws Exception {
    server.thenAnswer(200, ScriptedServer.ANSWER);
    server.shop(1).similar(id, Wish.of(1).exclude(id).category(id));
    server.shop(1).forHistory(List.of(id), Wish.of(1).exclude(id).attribute(id, id));
    String path = server.asked.get(0).path();
    String[] segments = path.substring(0, path.indexOf('?')).split("/", -1);
    assertThat(segments).hasSize(7);
    assertThat(URLDecoder.decode(segments[5], StandardCharsets.UTF_8)).isEqualTo(id);
    assertThat(path.substring(path.indexOf('?') + 1).split("&", -1))
        .extracting(each -> URLDecoder.decode(each, StandardCharsets.UTF_8))
        .containsExactly("category=" + id, "count=1", "exclude=" + id);
    JsonNode body = Calls.JSON.readTree(server.asked.get(1).body());
    assertThat(body.at("/history/0").asText()).isEqualTo(id);
    assertThat(body.at("/exclude/0").asText()).isEqualTo(id);
    assertThat(body.path("attributes").path(id).asText()).isEqualTo(id);
  }

  @Test
  void saysTheSameInAQueryAndInABody() throws Exception {
    server.thenAnswer(200, ScriptedServer.ANSWER);
    Wish wish =
        Wish.of(3)
            .exclude("x")
            .exclude("y")
            .category("c")
            .brand("b")
            .attribute("size", "1:2")
            .includeSeen()
            .explain()
            .exact()
            .categoryCap(2)
            .diversity(0.5)
            .explore(0.25)
            .seed(-7)
            .paged()
            .after("1");
    server.shop(1).forUser("ann", wish);
    server.shop(1).forHistory(List.of(), wish);
    assertThat(server.asked.get(0).path())
        .endsWith(
            "?attribute=size%3A1%3A2&brand=b&category=c&category_cap=2&count=3&cursor=1"
                + "&diversity=0.5&exact=true&exclude=x&exclude=y&explain=true&explore=0.25"
                + "&include_seen=true&paged=true&seed=-7");
    assertThat(Calls.JSON.readTree(server.asked.get(1).body()))
        .isEqualTo(
            Calls.JSON.readTree(
                "{'attributes':{'size':'1:2'},'brands':['b'],'categories':['c'],'category_cap':2,"
                        .replace('\'', '"')
                    + "'count':3,'cursor':'1','diversity':0.5,'exact':true,'exclude':['x','y'],"
                        .replace('\'', '"')
                    + "'explain':true,'explore':0.25,'include_seen':true,'paged':true,'seed':-7,"
                        .replace('\'', '"')
                    + "'history':[]}".replace('\'', '"')));
  }

  @Test
  void readsAnAnswerOfANewerNode() {
    server.thenAnswer(
        200,
        ScriptedServer.ANSWER.replace("\"items\":[{", "\"newer\":{},\"items\":[{\"newest\":1,"));
    Recommendations answer = server.shop(1).forUser("ann", Wish.of(3));
    assertThat(answer.items().get(0).item()).isEqualTo("b");
    assertThat(answer.items().get(0).because()).isNull();
    assertThat(answer.versions().table()).isEqualTo(3);
    assertThat(answer.fallback()).isNull();
    assertThat(answer.textItems()).isNull();
    assertThat(answer.basedOn()).isNull();
  }

  @Test
  void readsAStatusThatSaysLittle() {
    server.thenAnswer(200, "{\"domain\":\"shop\",\"item\":\"a\",\"state\":\"unknown\"}");
    ItemStatus status = server.shop(1).status("a");
    assertThat(status.isVisible()).isFalse();
    assertThat(status.matches()).isNull();
    assertThat(status.visibleMs()).isNull();
    server.thenAnswer(
        200, "{\"items\":[{\"domain\":\"shop\",\"item\":\"a\",\"state\":\"visible\"}]}");
    server.shop(1).status("a");
    assertThat(server.shop(1).statuses(List.of("a")).items().get(0).isVisible()).isTrue();
  }

  @Test
  void asksForManyUsersAtOnce() throws Exception {
    server.thenAnswer(
        200,
        "{\"answers\":[{\"user\":\"ann\",\"recommendations\":" + ScriptedServer.ANSWER + "}]}");
    var answers = server.shop(1).forUsers(List.of("ann", "bob"), Wish.of(2)).answers();
    assertThat(answers.get(0).recommendations().recommendationId()).isEqualTo("r1");
    JsonNode body = Calls.JSON.readTree(server.asked.get(0).body());
    assertThat(body.path("users")).hasSize(2);
    assertThat(body.path("count").asInt()).isEqualTo(2);
  }

  @Test
  void callsGoOnInTheCallersTrace() throws RejectedRecordException {
    String trace = "00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01";
    server.thenAnswer(202, PLACE);
    Interaction click = Interaction.click("e1", "shop", "u", "a", 5);
    server.shop(1).publish(click);
    server.shop(1).tracedBy(() -> trace).publish(click);
    server.shop(1).tracedBy(() -> null).publish(click);
    assertThat(server.asked)
        .extracting(ScriptedServer.Asked::trace)
        .containsExactly(null, trace, null);
  }
}
