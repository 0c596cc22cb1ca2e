package dev.headwater.access;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.Set;
import java.util.concurrent.atomic.AtomicLong;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/**
 * Random calls of several callers to several domains: what a quota promises, whatever the order.
 */
class QuotasRandomizedTest {
  private static final List<String> DOMAINS = List.of("", "shop", "toys", "books");
  private static final Rates USUAL = new Rates(3, 40, 10);
  private static final Map<String, Rates> OF_DOMAINS =
      Map.of("shop", new Rates(5, 60, 0), "toys", new Rates(0, 0, 7));
  private static final List<Principal> CALLERS =
      List.of(
          caller("ann", null),
          caller("bob", new Rates(2, 0, 5)),
          caller("cid", new Rates(0, 90, 1)));

  private record Call(Principal caller, String domain, Rates.Kind kind, int count, long atNanos) {}

  private static Principal caller(String name, @Nullable Rates rates) {
    return new Principal(name, Role.MERCHANT, Set.of("*"), rates, false);
  }

  private static List<Call> calls(Random random, int size) {
    List<Call> calls = new ArrayList<>();
    long now = 0;
    for (int i = 0; i < size; i++) {
      now += random.nextInt(400_000_000);
      Rates.Kind kind = List.of(Rates.Kind.values()).get(random.nextInt(3));
      calls.add(
          new Call(
              CALLERS.get(random.nextInt(CALLERS.size())),
              DOMAINS.get(random.nextInt(DOMAINS.size())),
              kind,
              kind == Rates.Kind.REQUESTS ? 1 : 1 + random.nextInt(30),
              now));
    }
    return calls;
  }

  private static int[] answers(List<Call> calls, Map<String, Rates> domains, int repeats) {
    AtomicLong nanos = new AtomicLong();
    Quotas quotas = new Quotas(USUAL, domains, nanos::get);
    int[] waits = new int[calls.size()];
    for (int i = 0; i < waits.length; i++) {
      Call call = calls.get(i);
      nanos.set(call.atNanos());
      waits[i] = quotas.take(call.caller(), call.domain(), call.kind(), call.count());
      for (int again = 0; waits[i] > 0 && again < repeats; again++) {
        assertThat(quotas.take(call.caller(), call.domain(), call.kind(), call.count()))
            .isEqualTo(waits[i]);
      }
    }
    return waits;
  }

  @ParameterizedTest
  @ValueSource(longs = {1, 2, 3, 4, 5})
  void whoeverInsistsDelaysNeitherItselfNorOthers(long seed) {
    List<Call> calls = calls(new Random(seed), 2_000);
    assertThat(answers(calls, OF_DOMAINS, 5))
        .as("seed %d", seed)
        .isEqualTo(answers(calls, OF_DOMAINS, 0))
        .contains(0, 1, 2);
  }

  @ParameterizedTest
  @ValueSource(longs = {1, 2, 3, 4, 5})
  void inTheLongRunNobodyGetsMoreThanItsRate(long seed) {
    List<Call> calls = calls(new Random(seed), 2_000);
    int[] waits = answers(calls, OF_DOMAINS, 0);
    Map<String, Long> taken = new HashMap<>();
    Map<String, Integer> rates = new HashMap<>();
    for (int i = 0; i < waits.length; i++) {
      Call call = calls.get(i);
      if (waits[i] == 0) {
        Rates own = call.caller().rates();
        String who = call.caller().name() + " " + call.kind();
        rates.put(who, (own == null ? USUAL : own).of(call.kind()));
        taken.merge(who, (long) call.count(), Long::sum);
        String domain = "in " + call.domain() + " " + call.kind();
        rates.put(domain, OF_DOMAINS.getOrDefault(call.domain(), Rates.ANY).of(call.kind()));
        taken.merge(domain, (long) call.count(), Long::sum);
      }
    }
    double seconds = calls.get(calls.size() - 1).atNanos() / 1e9;
    taken.forEach(
        (who, count) -> {
          int rate = rates.getOrDefault(who, 0);
          if (rate > 0) {
            // The bucket is full at first, and the last call may have been larger than what was
            // left.
            assertThat(count)
                .as("seed %d: %s at %d a second for %.0f s", seed, who, rate, seconds)
                .isLessThanOrEqualTo((long) Math.ceil(rate * (seconds + 1)) + 30);
          }
        });
  }

  @ParameterizedTest
  @ValueSource(longs = {1, 2, 3, 4, 5})
  void whereDomainsHaveNoRatesCallersDoNotFeelEachOther(long seed) {
    List<Call> calls = calls(new Random(seed), 2_000);
    int[] together = answers(calls, Map.of(), 0);
    for (Principal caller : CALLERS) {
      List<Call> own = new ArrayList<>();
      List<Integer> told = new ArrayList<>();
      for (int i = 0; i < together.length; i++) {
        if (calls.get(i).caller().equals(caller)) {
          own.add(calls.get(i));
          told.add(together[i]);
        }
      }
      int[] alone = answers(own, Map.of(), 0);
      assertThat(told)
          .as("seed %d, %s", seed, caller.name())
          .isEqualTo(java.util.Arrays.stream(alone).boxed().toList());
    }
  }
}
