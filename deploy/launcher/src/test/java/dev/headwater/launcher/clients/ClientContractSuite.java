package dev.headwater.launcher.clients;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.LongNode;
import com.fasterxml.jackson.databind.node.TextNode;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.DynamicContainer;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestFactory;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.api.io.TempDir;

/**
 * What all clients do, each case written once and run by each of them: a running node on a real
 * broker, all parts in this process, and a front that breaks what a case wants broken.
 */
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
class ClientContractSuite {
  private static final ObjectMapper JSON = new ObjectMapper();

  /** For generators and for Prometheus: no client of ours calls them. */
  private static final Set<String> NOT_FOR_CLIENTS = Set.of("getOpenApi", "getMetrics");

  @TempDir static Path directory;

  private final List<Driver> drivers = new ArrayList<>();
  private GuardedPlatform platform;
  private Front front;

  @BeforeAll
  void startAll() throws Exception {
    drivers.add(new JavaDriver());
    drivers.addAll(DriverProcess.start());
    List<String> slow = drivers.stream().map(driver -> "slow-" + driver.name()).toList();
    platform = new GuardedPlatform(directory, slow);
    front = new Front(platform.address());
  }

  @AfterAll
  void stopAll() throws Exception {
    for (Driver driver : drivers) {
      driver.close();
    }
    if (front != null) {
      front.close();
    }
    if (platform != null) {
      platform.close();
    }
  }

  @Test
  void everyCallHasACase() throws Exception {
    Set<String> calls = new TreeSet<>(NOT_FOR_CLIENTS);
    ContractCase.written().forEach(each -> calls.add(each.call()));
    assertThat(calls).isEqualTo(ContractCase.Calls.all());
  }

  @TestFactory
  Stream<DynamicContainer> everyClientKeepsTheContract() throws Exception {
    List<ContractCase> cases = new ArrayList<>(ContractCase.written());
    cases.addAll(ContractCase.ofProblems());
    return drivers.stream()
        .map(
            driver ->
                DynamicContainer.dynamicContainer(
                    driver.name(),
                    cases.stream()
                        .map(
                            one ->
                                DynamicTest.dynamicTest(
                                    driver.name() + " " + one.name(), () -> run(driver, one)))));
  }

  @TestFactory
  Stream<DynamicTest> theExamplesOfTheDocumentationRun() throws Exception {
    front.script(JSON.createArrayNode(), null);
    return Example.ofDocumentation(front.url(), platform.key("reader")).stream()
        .map(
            example ->
                DynamicTest.dynamicTest(
                    example.language(),
                    () ->
                        assertThat(example.run(directory).lines()).as(example.code()).hasSize(3)));
  }

  private void run(Driver driver, ContractCase written) throws Exception {
    ContractCase one = written.with(name -> value(driver, name));
    if (one.repeatsUntilItIsSo()) {
      await()
          .atMost(Duration.ofSeconds(90))
          .pollInterval(Duration.ofMillis(100))
          .untilAsserted(() -> check(driver, one));
    } else {
      check(driver, one);
    }
  }

  private void check(Driver driver, ContractCase one) throws Exception {
    JsonNode json = one.json();
    front.script(json.path("front"), json.get("always"));
    String key = one.key().isEmpty() ? null : platform.key(one.key());
    JsonNode outcome = driver.run(one.asked(front.url(), key));
    String wanted = json.has("refused") ? "refused" : "answer";
    assertThat(outcome.has(wanted)).as("%s of %s", wanted, outcome).isTrue();
    JsonNode pattern = json.path(json.has("refused") ? "refused" : "gives");
    assertThat(pattern.isObject()).as("the case says what comes back").isTrue();
    assertThat(Expected.complaints(pattern, outcome.path(wanted))).as("%s", outcome).isEmpty();
    checkRequests(json, front.cameNanos());
  }

  private static void checkRequests(JsonNode json, List<Long> cameNanos) {
    if (json.has("tries")) {
      assertThat(cameNanos).hasSize(json.path("tries").asInt());
    }
    if (json.has("waits_ms")) {
      Duration between = Duration.ofNanos(cameNanos.get(1) - cameNanos.get(0));
      // A timer may go off a moment early.
      assertThat(between).isGreaterThan(Duration.ofMillis(json.path("waits_ms").asLong() - 20));
    }
  }

  private JsonNode value(Driver driver, String name) {
    return switch (name) {
      case "driver" -> TextNode.valueOf(driver.name());
      case "item" -> TextNode.valueOf(platform.item());
      case "version" -> LongNode.valueOf(platform.version());
      case "long" -> TextNode.valueOf("é".repeat(200));
      case "thirty" -> thirtyClicks(driver.name());
      default -> throw new IllegalArgumentException("no value " + name);
    };
  }

  private ArrayNode thirtyClicks(String by) {
    ArrayNode clicks = JSON.createArrayNode();
    for (int i = 0; i < 30; i++) {
      clicks
          .addObject()
          .put("event_id", "t" + i + "-" + by)
          .put("domain", GuardedPlatform.DOMAIN)
          .put("user", "tom-" + by)
          .put("item", platform.item())
          .put("type", "view")
          .put("timestamp", 1_700_000_000_000L + i);
    }
    return clicks;
  }
}
