package dev.headwater.mapping;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assumptions.assumeThat;

import dev.headwater.events.json.RejectedRecordException;
import java.io.IOException;
import java.net.ServerSocket;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.file.Files;
import java.time.Duration;
import java.util.Arrays;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/**
 * The real registry: Apicurio's, with what it knows in memory. It is 160 MB and needs JDK 21, so it
 * runs where both are: {@code -Dregistry.home=FOLDER} names its unpacked distribution ({@code
 * io.apicurio:apicurio-registry-app:tar.gz:all}), {@code -Dregistry.java=PROGRAM} a JDK.
 */
@Timeout(300)
class RegistryIT {
  private static final HttpClient HTTP = HttpClient.newHttpClient();
  private static Process process;
  private static URI url;

  @BeforeAll
  static void start() throws Exception {
    String home = System.getProperty("registry.home", "");
    assumeThat(home).as("no -Dregistry.home: the real registry is not here").isNotEmpty();
    int port;
    try (ServerSocket free = new ServerSocket(0)) {
      port = free.getLocalPort();
    }
    process =
        new ProcessBuilder(
                System.getProperty("registry.java", "java"),
                "-Xmx400m",
                "-Dquarkus.http.host=127.0.0.1",
                "-Dquarkus.http.port=" + port,
                "-Dquarkus.management.port=0",
                "-jar",
                home + "/quarkus-run.jar")
            .redirectErrorStream(true)
            .redirectOutput(Files.createTempFile("registry", ".log").toFile())
            .start();
    url = URI.create("http://127.0.0.1:" + port + "/apis/ccompat/v7");
    long until = System.nanoTime() + Duration.ofMinutes(4).toNanos();
    while (!answers()) {
      assertThat(process.isAlive()).as("the registry runs").isTrue();
      assertThat(System.nanoTime()).as("the registry answers in time").isLessThan(until);
      process.waitFor(500, TimeUnit.MILLISECONDS);
    }
  }

  @AfterAll
  static void stop() {
    if (process != null) {
      process.destroyForcibly();
    }
  }

  private static boolean answers() throws InterruptedException {
    try {
      HttpRequest request = HttpRequest.newBuilder(URI.create(url + "/subjects")).build();
      return HTTP.send(request, HttpResponse.BodyHandlers.discarding()).statusCode() == 200;
    } catch (IOException e) {
      return false;
    }
  }

  private static int register(String subject, String body) throws Exception {
    HttpResponse<String> answer =
        HTTP.send(
            HttpRequest.newBuilder(URI.create(url + "/subjects/" + subject + "/versions"))
                .header("content-type", "application/vnd.schemaregistry.v1+json")
                .POST(HttpRequest.BodyPublishers.ofString(body))
                .build(),
            HttpResponse.BodyHandlers.ofString());
    assertThat(answer.statusCode()).as(answer.body()).isEqualTo(200);
    return JsonDecoder.JSON.readTree(answer.body()).path("id").asInt();
  }

  private static SchemaRegistry registry() {
    return new SchemaRegistry(new RegistrySetting(url, "", ""));
  }

  @Test
  void avroWithAReferenceIsRead() throws Exception {
    int money =
        register(
            "money",
            "{\"schema\":\"{\\\"type\\\":\\\"record\\\",\\\"name\\\":\\\"Money\\\",\\\"fields\\\":[{\\\"name\\\":\\\"cents\\\",\\\"type\\\":\\\"int\\\"}]}\"}");
    assertThat(money).isPositive();
    int order =
        register(
            "orders-value",
            "{\"schema\":\"{\\\"type\\\":\\\"record\\\",\\\"name\\\":\\\"Order\\\",\\\"fields\\\":[{\\\"name\\\":\\\"total\\\",\\\"type\\\":\\\"Money\\\"}]}\",\"references\":[{\"name\":\"Money\",\"subject\":\"money\",\"version\":1}]}");
    byte[] five = {10};
    assertThat(new AvroDecoder(null, registry()).decode(AvroDecoderTest.framed(order, five)))
        .hasToString("{\"total\":{\"cents\":5}}");
  }

  @Test
  void protobufIsRead() throws Exception {
    int click =
        register(
            "clicks-value",
            "{\"schemaType\":\"PROTOBUF\",\"schema\":\"syntax = \\\"proto3\\\"; import \\\"google/protobuf/timestamp.proto\\\"; message Click { string id = 1; google.protobuf.Timestamp at = 2; }\"}");
    byte[] value = {0, 10, 1, 'x', 18, 2, 8, 5};
    assertThat(
            new ProtobufDecoder(null, null, registry())
                .decode(AvroDecoderTest.framed(click, value)))
        .hasToString("{\"id\":\"x\",\"at\":\"1970-01-01T00:00:05Z\"}");
  }

  @Test
  void anIdThatItDoesNotKnowIsRefused() {
    List<String> codes =
        Arrays.asList(
            code(new AvroDecoder(null, registry())),
            code(new ProtobufDecoder(null, null, registry())));
    assertThat(codes).containsOnly("unknown_schema");
  }

  private static String code(Decoder decoder) {
    try {
      return "read: " + decoder.decode(AvroDecoderTest.framed(987_654, "x".getBytes(UTF_8)));
    } catch (RejectedRecordException e) {
      return e.reason().code();
    }
  }
}
