package dev.headwater.launcher;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import dev.headwater.broker.EmbeddedBroker;
import dev.headwater.client.HeadwaterClient;
import dev.headwater.client.Wish;
import dev.headwater.events.json.CatalogItem;
import dev.headwater.events.json.Interaction;
import dev.headwater.events.kafka.TopicFollower;
import dev.headwater.idp.data.DomainData;
import dev.headwater.platform.config.HeadwaterConfig;
import dev.headwater.platform.load.EventPublisher;
import dev.headwater.platform.parts.Platform;
import dev.headwater.tracing.TraceParent;
import dev.headwater.tracing.Tracing;
import io.opentelemetry.api.common.AttributeKey;
import io.opentelemetry.api.common.Attributes;
import io.opentelemetry.api.trace.SpanContext;
import io.opentelemetry.sdk.resources.Resource;
import io.opentelemetry.sdk.testing.exporter.InMemorySpanExporter;
import io.opentelemetry.sdk.trace.SdkTracerProvider;
import io.opentelemetry.sdk.trace.data.LinkData;
import io.opentelemetry.sdk.trace.data.SpanData;
import io.opentelemetry.sdk.trace.export.SimpleSpanProcessor;
import io.opentelemetry.sdk.trace.samplers.Sampler;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;
import org.awaitility.core.ConditionFactory;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/**
 * One trace from a click to the answer and to the row, through every part on a real broker. What
 * learns and what answers does so where no memory is shared with Java, as on a GPU.
 */
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
@Timeout(300)
class TraceIT {
  private static final String DOMAIN = "demo";
  private static final String EVENTS = "POST /v1/domains/{domain}/events";
  private static final String ANSWER = "GET /v1/domains/{domain}/users/{user}/recommendations";
  private static final InMemorySpanExporter SPANS = InMemorySpanExporter.create();

  @TempDir static Path directory;

  private final HttpClient http = HttpClient.newHttpClient();
  private final Queue<String> historyTraces = new ConcurrentLinkedQueue<>();
  private HeadwaterConfig config;
  private Platform platform;
  private URI base;
  private HeadwaterClient shop;
  private TopicFollower histories;
  private List<CatalogItem> catalog;

  /** Nothing begins by itself: only what a test sends is in the exporter. */
  private static Tracing open(String service) {
    return Tracing.of(
        SdkTracerProvider.builder()
            .setResource(
                Resource.create(Attributes.of(AttributeKey.stringKey("service.name"), service)))
            .setSampler(Sampler.parentBased(Sampler.alwaysOff()))
            .addSpanProcessor(SimpleSpanProcessor.create(SPANS))
            .build());
  }

  @BeforeAll
  void startEverything() throws Exception {
    List<DomainData> market = SmallMarket.generate();
    Path bundle = SmallMarket.bundle(market.get(0), directory.resolve("bundle"));
    EmbeddedBroker broker = EmbeddedBroker.start();
    config =
        SmallMarket.config(
            broker,
            DOMAIN,
            directory,
            Map.of("fine-tune.device", "cpu-apart", "serving.device", "cpu-apart"));
    platform = Platform.start(config, broker, DOMAIN, bundle, TraceIT::open);
    base = URI.create("http://127.0.0.1:" + platform.serving().port());
    shop = HeadwaterClient.of(base, DOMAIN);
    histories =
        new TopicFollower(
                "trace-it",
                config.kafka(),
                List.of(config.kafka().topics().userHistories()),
                record -> {
                  String carried = TraceParent.sampled(record.headers());
                  if (carried != null) {
                    historyTraces.add(carried);
                  }
                })
            .start();
    catalog = SmallMarket.catalog(DOMAIN, market.get(1)).subList(0, 30);
    try (EventPublisher publisher = new EventPublisher(config.kafka())) {
      catalog.forEach(publisher::publish);
    }
    eventually()
        .until(() -> catalog.stream().allMatch(item -> shop.status(item.item()).isVisible()));
    eventually().until(() -> platform.serving().readiness().ready());
  }

  @AfterAll
  void stopEverything() {
    if (histories != null) {
      histories.close();
    }
    if (platform != null) {
      platform.close();
    }
  }

  @Test
  void aClickItsHistoryItsAnswerAndItsRowAreOneTrace() throws Exception {
    String trace = "0af7651916cd43dd8448eb211c80319c";
    click("ann", 0, null);
    String event = click("ann", 1, traceparent(trace));
    awaitBasedOn("ann", event);
    HttpResponse<String> answer = recommendations("ann", traceparent(trace));

    assertThat(answer.headers().firstValue("traceresponse").orElse("")).contains(trace);
    eventually().until(() -> find(trace, "headwater-store", "process embeddings.fine-tuned"));
    eventually().until(() -> find(trace, "headwater-serving", "process embeddings.fine-tuned"));
    eventually().until(() -> find(trace, "headwater-serving", ANSWER));

    SpanData posted = span(trace, "headwater-serving", EVENTS);
    SpanData sent = span(trace, "headwater-serving", "send interactions");
    SpanData ingested = span(trace, "headwater-ingest", "process interactions");
    SpanData followed = span(trace, "headwater-serving", "process user-histories");
    SpanData taught = span(trace, "headwater-fine-tune", "process user-histories");
    SpanData learned = span(trace, "headwater-fine-tune", "learn");
    SpanData row = span(trace, "headwater-fine-tune", "send embeddings.fine-tuned");
    assertThat(sent.getParentSpanId()).isEqualTo(posted.getSpanId());
    assertThat(ingested.getParentSpanId()).isEqualTo(sent.getSpanId());
    assertThat(followed.getParentSpanId()).isEqualTo(ingested.getSpanId());
    assertThat(span(trace, "headwater-serving", "encode history").getParentSpanId())
        .isEqualTo(followed.getSpanId());
    assertThat(taught.getParentSpanId()).isEqualTo(ingested.getSpanId());
    assertThat(learned.getParentSpanId()).isEqualTo(taught.getSpanId());
    assertThat(row.getParentSpanId()).isEqualTo(learned.getSpanId());
    for (String reader : List.of("headwater-store", "headwater-serving")) {
      assertThat(span(trace, reader, "process embeddings.fine-tuned").getParentSpanId())
          .isEqualTo(row.getSpanId());
    }
    assertThat(historyTraces)
        .anySatisfy(
            text -> {
              SpanContext carried = TraceParent.parse(text);
              assertThat(carried.getTraceId()).isEqualTo(trace);
              assertThat(carried.getSpanId()).isEqualTo(ingested.getSpanId());
            });
    SpanData answered = span(trace, "headwater-serving", ANSWER);
    assertThat(span(trace, "headwater-serving", "rank").getParentSpanId())
        .isEqualTo(answered.getSpanId());
    assertThat(answered.getLinks())
        .extracting(link -> link.getSpanContext().getSpanId())
        .containsExactly(followed.getSpanId());
  }

  @Test
  void anAnswerInAnotherTraceLinksToThatOfTheLastClick() throws Exception {
    String trace = "1af7651916cd43dd8448eb211c80319c";
    String other = "2af7651916cd43dd8448eb211c80319c";
    click("ben", 2, null);
    awaitBasedOn("ben", click("ben", 3, traceparent(trace)));
    recommendations("ben", traceparent(other));
    eventually().until(() -> find(other, "headwater-serving", ANSWER));
    assertThat(span(other, "headwater-serving", ANSWER).getLinks())
        .extracting(LinkData::getSpanContext)
        .extracting(SpanContext::getTraceId)
        .containsExactly(trace);

    awaitBasedOn("ben", click("ben", 4, null));
    String third = "3af7651916cd43dd8448eb211c80319c";
    recommendations("ben", traceparent(third));
    eventually().until(() -> find(third, "headwater-serving", ANSWER));
    assertThat(span(third, "headwater-serving", ANSWER).getLinks())
        .as("the last click has no trace")
        .isEmpty();
  }

  @Test
  void withoutATraceOrWithOneThatIsNotSampledNothingIsRecorded() throws Exception {
    String trace = "4af7651916cd43dd8448eb211c80319c";
    String unsampled = "00-" + trace + "-b7ad6b7169203331-00";
    click("cem", 5, null);
    awaitBasedOn("cem", click("cem", 6, unsampled));
    assertThat(recommendations("cem", unsampled).headers().firstValue("traceresponse")).isEmpty();
    assertThat(SPANS.getFinishedSpanItems()).extracting(SpanData::getTraceId).doesNotContain(trace);
    assertThat(historyTraces).noneMatch(text -> text.contains(trace));
  }

  private static String traceparent(String trace) {
    return "00-" + trace + "-b7ad6b7169203331-01";
  }

  private String click(String user, int item, @Nullable String traceparent) throws Exception {
    String event = user + "-" + item;
    Interaction click =
        Interaction.click(
            event, DOMAIN, user, catalog.get(item).item(), System.currentTimeMillis());
    HttpRequest.Builder request =
        HttpRequest.newBuilder(URI.create(base + "/v1/domains/" + DOMAIN + "/events"))
            .header("content-type", "application/json")
            .POST(HttpRequest.BodyPublishers.ofByteArray(click.toJson()));
    assertThat(send(request, traceparent).statusCode()).isEqualTo(202);
    return event;
  }

  private HttpResponse<String> recommendations(String user, String traceparent) throws Exception {
    HttpRequest.Builder request =
        HttpRequest.newBuilder(
            URI.create(base + "/v1/domains/" + DOMAIN + "/users/" + user + "/recommendations"));
    HttpResponse<String> response = send(request, traceparent);
    JsonNode answer = new ObjectMapper().readTree(response.body());
    assertThat(answer.path("items")).isNotEmpty();
    return response;
  }

  private HttpResponse<String> send(HttpRequest.Builder request, @Nullable String traceparent)
      throws Exception {
    if (traceparent != null) {
      request.header(TraceParent.NAME, traceparent);
    }
    return http.send(request.build(), HttpResponse.BodyHandlers.ofString());
  }

  private void awaitBasedOn(String user, String event) {
    eventually()
        .until(
            () -> {
              var basedOn = shop.forUser(user, Wish.of(1)).basedOn();
              return basedOn != null && basedOn.eventId().equals(event);
            });
  }

  private static boolean find(String trace, String service, String name) {
    return SPANS.getFinishedSpanItems().stream().anyMatch(is(trace, service, name));
  }

  private static SpanData span(String trace, String service, String name) {
    List<SpanData> found =
        SPANS.getFinishedSpanItems().stream().filter(is(trace, service, name)).toList();
    assertThat(found).as(service + " " + name).hasSize(1);
    return found.get(0);
  }

  private static java.util.function.Predicate<SpanData> is(
      String trace, String service, String name) {
    return span ->
        span.getTraceId().equals(trace)
            && span.getName().equals(name)
            && service.equals(service(span));
  }

  private static String service(SpanData span) {
    return span.getResource().getAttribute(AttributeKey.stringKey("service.name"));
  }

  private static ConditionFactory eventually() {
    return await().atMost(Duration.ofSeconds(60)).pollInterval(Duration.ofMillis(50));
  }
}
