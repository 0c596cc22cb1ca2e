package dev.headwater.serving.http;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.headwater.serving.config.ServingLimits;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Nobody asks for a whole catalog at once. */
class CountLimitTest {
  private static ServingLimits limits(int countDefault, int countMax) {
    return ServingLimits.of(Map.of("count-default", countDefault, "count", countMax));
  }

  @ParameterizedTest
  @ValueSource(ints = {1_001, 10_001, 100_000, Integer.MAX_VALUE})
  void moreThanTheLimitIsRefusedWhoeverAsks(int count) {
    try (TestNode node = TestNode.withItems()) {
      String shop = "/v1/domains/shop";
      for (String path :
          new String[] {"/users/ann/recommendations", "/items/a/similar", "/items", "/users"}) {
        TestNode.Got got = node.get(shop + path + "?count=" + count);
        assertThat(got.status()).as(path).isEqualTo(400);
        assertThat(got.code()).as(path).isEqualTo("bad_count");
      }
      String body = "{\"history\":[\"a\"],\"count\":" + count + "}";
      assertThat(node.post(shop + "/recommendations", body).code()).isEqualTo("bad_count");
    }
  }

  @Test
  void noConfigurationAllowsMoreThanTheCeiling() {
    assertThat(limits(10, ServingLimits.COUNT_CEILING).countMax()).isEqualTo(10_000);
    assertThatThrownBy(() -> limits(10, 10_001)).hasMessageContaining("serving.limits.count");
    assertThatThrownBy(() -> limits(10, 0)).hasMessageContaining("serving.limits.count");
    assertThatThrownBy(() -> limits(11, 10)).hasMessageContaining("serving.limits.count");
    assertThatThrownBy(() -> limits(0, 10)).hasMessageContaining("serving.limits.count");
  }
}
