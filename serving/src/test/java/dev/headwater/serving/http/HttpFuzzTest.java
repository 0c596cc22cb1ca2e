package dev.headwater.serving.http;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.io.InputStream;
import java.net.InetAddress;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.util.List;
import net.jqwik.api.Arbitraries;
import net.jqwik.api.Arbitrary;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.Provide;
import net.jqwik.api.lifecycle.AfterContainer;

/** Whatever comes in, the server answers without a 5xx and without its insides. */
class HttpFuzzTest {
  private static final TestNode NODE = TestNode.withItems();

  @AfterContainer
  static void stop() {
    NODE.close();
  }

  @Property(tries = 150)
  void anyPathSegmentsAndQueries(
      @ForAll String user, @ForAll String name, @ForAll String value, @ForAll("methods") String m) {
    String path =
        "/v1/domains/shop/users/"
            + TestNode.encoded(user)
            + "/recommendations?"
            + TestNode.encoded(name)
            + "="
            + TestNode.encoded(value);
    check(
        m + " " + path + " HTTP/1.1\r\nhost: x\r\nconnection: close\r\ncontent-length: 0\r\n\r\n");
  }

  @Property(tries = 200)
  void anyValueOfAKnownParameter(@ForAll("parameters") String name, @ForAll String value) {
    String query = "?" + name + "=" + TestNode.encoded(value);
    for (String path : List.of("users/ann/recommendations", "items/a/similar", "denied")) {
      check(
          "GET /v1/domains/shop/"
              + path
              + query
              + " HTTP/1.1\r\nhost: x\r\nconnection: close\r\n\r\n");
    }
  }

  @Provide
  Arbitrary<String> parameters() {
    return Arbitraries.of(
        "count", "cursor", "paged", "seed", "explore", "diversity", "category_cap", "attribute");
  }

  @Property(tries = 150)
  void anyBodyNearTheContract(@ForAll("bodies") String body) {
    checkPost("/v1/domains/shop/recommendations", body);
    checkPost("/v1/domains/shop/items/status", body);
    checkPost("/v1/domains/shop/deny", body);
    checkPost("/v1/domains/shop/events", body);
  }

  @Property(tries = 100)
  void anyBytesAsABody(@ForAll byte[] body) {
    checkPost("/v1/domains/shop/recommendations", new String(body, StandardCharsets.ISO_8859_1));
  }

  @Property(tries = 100)
  void anyRawPath(@ForAll("rawPaths") String path) {
    check("GET /" + path + " HTTP/1.1\r\nhost: x\r\nconnection: close\r\n\r\n");
  }

  @Provide
  Arbitrary<String> methods() {
    return Arbitraries.of("GET", "HEAD", "POST", "PUT", "DELETE", "OPTIONS", "PATCH", "TRACE");
  }

  @Provide
  Arbitrary<String> rawPaths() {
    return Arbitraries.strings()
        .withChars("v1/domainshopuser%2F0;?&=.:{}[]~'\"<>\\|^`-_+*")
        .ofMaxLength(60);
  }

  @Provide
  Arbitrary<String> bodies() {
    Arbitrary<String> values =
        Arbitraries.of(
            "0",
            "-1",
            "1e99",
            "null",
            "true",
            "\"\"",
            "[]",
            "{}",
            "[\"a\"]",
            "[null]",
            "[[]]",
            "\"\\u0000\"",
            "99999999999999999999999",
            "[\"\\ud800\"]",
            "0.1",
            "NaN");
    Arbitrary<String> names =
        Arbitraries.of(
            "history",
            "count",
            "exclude",
            "include_seen",
            "items",
            "events",
            "cursor",
            "paged",
            "diversity",
            "explore",
            "seed",
            "category_cap",
            "why",
            "who",
            "x",
            "");
    return names
        .flatMap(name -> values.map(value -> "\"" + name + "\":" + value))
        .list()
        .ofMaxSize(5)
        .map(fields -> "{" + String.join(",", fields) + "}");
  }

  private void checkPost(String path, String body) {
    byte[] bytes = body.getBytes(StandardCharsets.UTF_8);
    check(
        "POST "
            + path
            + " HTTP/1.1\r\nhost: x\r\nconnection: close\r\n"
            + "content-type: application/json\r\ncontent-length: "
            + bytes.length
            + "\r\n\r\n"
            + body);
  }

  /** Reads what comes at once: the server may keep the connection. */
  private static String read(InputStream in) throws IOException {
    StringBuilder answer = new StringBuilder();
    do {
      int next = in.read();
      if (next < 0) {
        break;
      }
      answer.append((char) next);
    } while (in.available() > 0);
    return answer.toString();
  }

  private static void check(String request) {
    String answer;
    try (Socket socket = new Socket(InetAddress.getLoopbackAddress(), NODE.port())) {
      socket.setSoTimeout(10_000);
      socket.getOutputStream().write(request.getBytes(StandardCharsets.UTF_8));
      socket.getOutputStream().flush();
      InputStream in = socket.getInputStream();
      answer = read(in);
    } catch (IOException e) {
      throw new AssertionError("no answer to " + request, e);
    }
    assertThat(answer).as(request).startsWith("HTTP/1.1 ");
    int status = Integer.parseInt(answer.substring(9, 12));
    assertThat(status).as(request + "\n" + answer).isBetween(200, 499);
    for (String inside : List.of("Exception", "\tat ", "jackson", "armeria.")) {
      assertThat(answer).as(request).doesNotContain(inside);
    }
  }
}
