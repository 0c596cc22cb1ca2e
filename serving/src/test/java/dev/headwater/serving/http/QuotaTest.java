package dev.headwater.serving.http;

import static org.assertj.core.api.Assertions.assertThat;

import dev.headwater.access.AccessConfig;
import dev.headwater.access.Outgoing;
import dev.headwater.access.Rates;
import dev.headwater.serving.config.Protection;
import java.util.Map;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** Rates of callers and domains; nothing in these tests lasts a second's worth of the rates. */
class QuotaTest {
  private static final String VERSIONS = "/v1/domains/shop/versions";

  private TestNode node = TestNode.withItems();

  @AfterEach
  void stop() {
    node.close();
  }

  private void restart(Rates caller, Map<String, Rates> domains) {
    node.close();
    node =
        TestNode.withItems(
            new Protection(AccessConfig.OPEN, null, caller, domains, Outgoing.NONE, Map.of()));
  }

  private static void refused(TestNode.Got got) {
    assertThat(got.status()).isEqualTo(429);
    assertThat(got.code()).isEqualTo("quota_exceeded");
    assertThat(got.http().headers().firstValue("retry-after").orElse("")).matches("[1-9][0-9]*");
  }

  @Test
  void aDomainsRequestsAreCountedAndAnotherDomainsAreNot() {
    restart(Rates.ANY, Map.of("shop", new Rates(1, 0, 0)));
    int refused = 0;
    for (int i = 0; i < 20; i++) {
      refused += node.get(VERSIONS).status() == 429 ? 1 : 0;
    }
    assertThat(refused).isPositive();
    assertThat(node.get("/v1/domains/empty/versions").status()).isEqualTo(200);
    assertThat(node.get("/health").status()).isEqualTo(200);
  }

  @Test
  void theEventsAndItemsOfACallAreCountedEach() {
    restart(new Rates(0, 1, 1), Map.of());
    String events = "{\"events\":[" + "{},".repeat(99) + "{}]}";
    assertThat(node.post("/v1/domains/shop/events", events).status()).isEqualTo(202);
    refused(node.post("/v1/domains/shop/events", "{}"));
    assertThat(node.post("/v1/domains/shop/items", events.replace("events", "items")).status())
        .isEqualTo(202);
    refused(node.send(node.request("/v1/domains/shop/items/a").DELETE().build()));
    assertThat(node.get(VERSIONS).status()).as("requests have no rate").isEqualTo(200);
  }
}
