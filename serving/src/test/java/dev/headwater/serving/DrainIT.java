package dev.headwater.serving;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.headwater.broker.EmbeddedBroker;
import dev.headwater.events.Keys;
import dev.headwater.events.Topics;
import dev.headwater.events.kafka.KafkaSettings;
import dev.headwater.events.kafka.TopicAdmin;
import dev.headwater.events.wire.Announcement;
import dev.headwater.serving.config.ServingConfig;
import dev.headwater.serving.config.ServingLimits;
import dev.headwater.serving.follow.ModelLoader;
import io.micrometer.prometheusmetrics.PrometheusConfig;
import io.micrometer.prometheusmetrics.PrometheusMeterRegistry;
import java.io.IOException;
import java.net.InetAddress;
import java.net.Socket;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Queue;
import java.util.Random;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.Consumer;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.serialization.ByteArraySerializer;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** A node that is told to end is left by a load balancer before it stops answering. */
@Timeout(120)
class DrainIT {
  private static final int DRAIN_MS = 1_500;
  private static final long LOOK_MS = 200;

  /** Time enough for a node to have read the head of a request. */
  private static final long HEARD_MS = 500;

  private static final int CLIENTS = 4;
  private static final String BODY = "{\"history\": [\"a\"], \"count\": 2}";
  private static final String PATH = "/v1/domains/shop/recommendations";

  private final EmbeddedBroker broker = EmbeddedBroker.start();
  private final KafkaSettings kafka = KafkaSettings.of(broker.bootstrap());
  private final List<ServingService> nodes = new CopyOnWriteArrayList<>();

  /** What the balancer looks at; a node that has ended knows its port no more. */
  private final List<Integer> ports = new CopyOnWriteArrayList<>();

  /** What a balancer knows: who said at its last look that it is ready. */
  private volatile List<Integer> ready = List.of();

  private volatile boolean closed;
  private final List<Thread> threads = new ArrayList<>();
  private final AtomicLong answered = new AtomicLong();
  private final Queue<String> failed = new ConcurrentLinkedQueue<>();

  @BeforeEach
  void start() throws Exception {
    try (TopicAdmin admin = new TopicAdmin(kafka)) {
      admin.create(1);
    }
    try (KafkaProducer<byte[], byte[]> producer =
        new KafkaProducer<>(
            kafka.producer(), new ByteArraySerializer(), new ByteArraySerializer())) {
      Topics topics = kafka.topics();
      send(producer, topics.announcements(), "shop", announcement());
      for (String item : List.of("a", "b", "c")) {
        send(
            producer,
            topics.coldStartRows(),
            Keys.of("shop", Rows.MODEL, item),
            Rows.cold("shop", item, 1, 1, item.charAt(0) - 'a').toByteArray());
      }
    }
    add();
    add();
    await()
        .atMost(Duration.ofSeconds(30))
        .until(() -> serves(nodes.get(0)) && serves(nodes.get(1)));
  }

  @AfterEach
  void stop() throws InterruptedException {
    closed = true;
    for (Thread thread : threads) {
      thread.join();
    }
    nodes.forEach(ServingService::close);
    broker.close();
  }

  private static byte[] announcement() {
    return Announcement.newBuilder()
        .setDomain("shop")
        .setModelVersion(Rows.MODEL)
        .setKind(Announcement.Kind.ANNOUNCED)
        .build()
        .toByteArray();
  }

  private static void send(
      KafkaProducer<byte[], byte[]> producer, String topic, String key, byte[] value)
      throws Exception {
    producer
        .send(new ProducerRecord<>(topic, key.getBytes(StandardCharsets.UTF_8), value))
        .get(20, TimeUnit.SECONDS);
  }

  private ServingService add() {
    ServingService node = node();
    nodes.add(node);
    ports.add(node.port());
    return node;
  }

  private ServingService node() {
    ServingLimits limits = ServingLimits.of(Map.of("drain", DRAIN_MS + " ms"));
    return ServingService.start(
        ServingConfig.defaults(Path.of("unused"))
            .at("127.0.0.1", 0)
            .serving(Set.of("shop"))
            .within(limits),
        kafka,
        new PrometheusMeterRegistry(PrometheusConfig.DEFAULT),
        model -> new ModelLoader.LoadedModel(new MeanEncoder(2, 50), "text"),
        Clock.systemUTC(),
        new Random(1));
  }

  private static HttpRequest.Builder request(int port, String path) {
    return HttpRequest.newBuilder(URI.create("http://127.0.0.1:" + port + path))
        .timeout(Duration.ofSeconds(10));
  }

  /** A POST, which the client does not send again by itself. */
  private static HttpRequest question(int port) {
    return request(port, PATH)
        .header("content-type", "application/json")
        .POST(HttpRequest.BodyPublishers.ofString(BODY))
        .build();
  }

  private static HttpClient client() {
    return HttpClient.newBuilder().version(HttpClient.Version.HTTP_1_1).build();
  }

  private boolean serves(ServingService node) throws Exception {
    HttpResponse<String> response =
        client().send(question(node.port()), HttpResponse.BodyHandlers.ofString());
    return response.statusCode() == 200 && response.body().contains("\"b\"");
  }

  /** Keeps connections open and asks who was ready at the last look. */
  private void putUnderLoad() {
    look(client());
    threads.add(new Thread(() -> repeat(this::look, LOOK_MS)));
    for (int i = 0; i < CLIENTS; i++) {
      threads.add(new Thread(() -> repeat(this::ask, 1)));
    }
    threads.forEach(Thread::start);
  }

  private void repeat(Consumer<HttpClient> what, long pauseMs) {
    HttpClient client = client();
    try {
      while (!closed) {
        what.accept(client);
        TimeUnit.MILLISECONDS.sleep(pauseMs);
      }
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }

  private void look(HttpClient client) {
    List<Integer> now = new ArrayList<>();
    for (int port : ports) {
      try {
        if (client
                .send(request(port, "/ready").build(), HttpResponse.BodyHandlers.discarding())
                .statusCode()
            == 200) {
          now.add(port);
        }
      } catch (IOException e) {
        now.remove((Integer) port); // It has ended.
      } catch (InterruptedException e) {
        Thread.currentThread().interrupt();
      }
    }
    ready = now;
  }

  private void ask(HttpClient client) {
    List<Integer> now = ready;
    int port = now.get((int) (answered.get() % now.size()));
    try {
      int status = client.send(question(port), HttpResponse.BodyHandlers.discarding()).statusCode();
      if (status != 200) {
        failed.add("status " + status);
      }
    } catch (Exception e) {
      failed.add(e.toString());
    }
    answered.incrementAndGet();
  }

  @Test
  void nobodyBehindABalancerSeesANodeEnd() throws Exception {
    putUnderLoad();
    for (int round = 0; round < 2; round++) {
      ServingService ending = nodes.get(0);
      long before = answered.get();
      int port = ending.port();
      ending.drain();
      assertThat(ready).as("the balancer has left it").doesNotContain(port);
      ending.close();
      nodes.remove(ending);
      ports.remove((Integer) port);
      assertThat(answered.get()).as("answers meanwhile").isGreaterThan(before + 10);
      ServingService next = add();
      await().atMost(Duration.ofSeconds(30)).until(() -> ready.contains(next.port()));
    }
    assertThat(failed).isEmpty();
  }

  /** Whether the node knows of the request or hears of it as it begins to drain. */
  @ParameterizedTest
  @ValueSource(longs = {0, HEARD_MS})
  void aRequestThatIsInWorkIsAnsweredBeforeTheNodeEnds(long headStartMs) throws Exception {
    ServingService ending = nodes.get(0);
    try (Socket socket = new Socket(InetAddress.getLoopbackAddress(), ending.port())) {
      String head =
          String.join(
              "\r\n",
              "POST %s HTTP/1.1",
              "Host: a",
              "Content-Type: application/json",
              "Content-Length: %d",
              "",
              "");
      write(socket, head.formatted(PATH, BODY.length()) + BODY.substring(0, 10));
      TimeUnit.MILLISECONDS.sleep(headStartMs);
      ending.drain();
      CompletableFuture<Void> end = CompletableFuture.runAsync(ending::close);
      await()
          .during(Duration.ofSeconds(1))
          .atMost(Duration.ofSeconds(5))
          .until(() -> !end.isDone());
      write(socket, BODY.substring(10));
      socket.setSoTimeout(10_000);
      assertThat(read(socket)).startsWith("HTTP/1.1 200").containsIgnoringCase("connection: close");
      nodes.remove(ending);
      end.get(20, TimeUnit.SECONDS);
    }
  }

  private static void write(Socket socket, String text) throws IOException {
    socket.getOutputStream().write(text.getBytes(StandardCharsets.ISO_8859_1));
    socket.getOutputStream().flush();
  }

  /** Reads until the server hangs up. */
  private static String read(Socket socket) throws IOException {
    return new String(socket.getInputStream().readAllBytes(), StandardCharsets.ISO_8859_1);
  }
}
