package dev.headwater.access;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.Map;
import java.util.Set;
import java.util.concurrent.atomic.AtomicLong;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

class QuotasTest {
  private static final Principal ANN = caller("ann", null);
  private static final Principal BOB = caller("bob", new Rates(0, 100, 0));

  private final AtomicLong nanos = new AtomicLong();
  private final Quotas quotas =
      new Quotas(new Rates(2, 0, 0), Map.of("shop", new Rates(3, 0, 10)), nanos::get);

  private static Principal caller(String name, @Nullable Rates rates) {
    return new Principal(name, Role.MERCHANT, Set.of("*"), rates, false);
  }

  private int request(Principal caller, String domain) {
    return quotas.take(caller, domain, Rates.Kind.REQUESTS, 1);
  }

  @Test
  void aCallerGetsItsRateAndThenWaits() {
    assertThat(request(ANN, "other")).isZero();
    assertThat(request(ANN, "other")).isZero();
    assertThat(request(ANN, "other")).isEqualTo(1);
    nanos.addAndGet(500_000_000);
    assertThat(request(ANN, "other")).isZero();
    assertThat(request(ANN, "other")).isEqualTo(1);
  }

  @Test
  void aDomainsCallersShareItsRate() {
    assertThat(request(ANN, "shop")).isZero();
    assertThat(request(ANN, "shop")).isZero();
    assertThat(request(BOB, "shop")).isZero();
    assertThat(request(BOB, "shop")).isEqualTo(1);
    assertThat(request(BOB, "other")).as("another domain").isZero();
  }

  @Test
  void whatIsRefusedIsNotTaken() {
    for (int i = 0; i < 10; i++) {
      var unused = request(ANN, "shop");
    }
    assertThat(request(BOB, "shop")).as("ann's refused calls took nothing of the shop's").isZero();
  }

  @Test
  void aLargeBatchGoesThroughAndIsPaidForAfterwards() {
    assertThat(quotas.take(BOB, "shop", Rates.Kind.EVENTS, 500)).isZero();
    assertThat(quotas.take(BOB, "shop", Rates.Kind.EVENTS, 1)).isEqualTo(5);
    nanos.addAndGet(4_500_000_000L);
    assertThat(quotas.take(BOB, "shop", Rates.Kind.EVENTS, 1)).isZero();
    assertThat(quotas.take(BOB, "shop", Rates.Kind.ITEMS, 11)).isZero();
    assertThat(quotas.take(ANN, "shop", Rates.Kind.ITEMS, 1)).isEqualTo(1);
  }

  @Test
  void withoutRatesNothingIsHeldBack() {
    Quotas none = new Quotas(Rates.ANY, Map.of(), nanos::get);
    for (int i = 0; i < 1000; i++) {
      assertThat(none.take(ANN, "shop", Rates.Kind.EVENTS, 1000)).isZero();
    }
  }
}
