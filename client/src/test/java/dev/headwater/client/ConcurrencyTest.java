package dev.headwater.client;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** One client, many callers: each gets its own answer, refusals on the way or not. */
class ConcurrencyTest {
  private static final int CALLERS = 8;
  private static final int CALLS = 40;

  private final AtomicInteger requests = new AtomicInteger();
  private final ScriptedServer server;

  ConcurrencyTest() throws IOException {
    server = new ScriptedServer();
    server.then(
        exchange -> {
          if (requests.incrementAndGet() % 5 == 0) {
            ScriptedServer.write(exchange, 503, ScriptedServer.problem(503, "overloaded"));
          } else {
            String user = exchange.getRequestURI().getPath().split("/", -1)[5];
            ScriptedServer.write(exchange, 200, ScriptedServer.ANSWER.replace("r1", user));
          }
        });
  }

  @AfterEach
  void stop() {
    server.close();
  }

  @Test
  void callersThatWaitGetTheirOwnAnswers() throws Exception {
    HeadwaterClient shop = server.shop(50);
    ExecutorService threads = Executors.newFixedThreadPool(CALLERS);
    try {
      List<Future<String>> answers = new ArrayList<>();
      for (int i = 0; i < CALLERS * CALLS; i++) {
        String user = "user-" + i;
        answers.add(threads.submit(() -> shop.forUser(user, Wish.of(1)).recommendationId()));
      }
      for (int i = 0; i < answers.size(); i++) {
        assertThat(answers.get(i).get()).isEqualTo("user-" + i);
      }
    } finally {
      threads.shutdownNow();
    }
    assertThat(requests.get()).isGreaterThan(CALLERS * CALLS);
  }

  @Test
  void callersThatDoNotWaitGetTheirOwnAnswers() {
    AsyncHeadwaterClient shop = server.shop(50).async();
    List<CompletableFuture<String>> answers = new ArrayList<>();
    for (int i = 0; i < CALLERS * CALLS; i++) {
      answers.add(
          shop.forUser("user-" + i, Wish.of(1)).thenApply(answer -> answer.recommendationId()));
    }
    for (int i = 0; i < answers.size(); i++) {
      assertThat(answers.get(i).join()).isEqualTo("user-" + i);
    }
    assertThat(requests.get()).isGreaterThan(CALLERS * CALLS);
  }
}
