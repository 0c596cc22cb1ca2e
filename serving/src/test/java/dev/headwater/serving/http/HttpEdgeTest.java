package dev.headwater.serving.http;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.headwater.serving.config.ServingLimits;
import java.io.IOException;
import java.io.InputStream;
import java.net.InetAddress;
import java.net.Socket;
import java.net.SocketTimeoutException;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** What property-based requests do not reach: the edges of HTTP itself. */
class HttpEdgeTest {
  private static final String ANN = "/v1/domains/shop/users/ann/recommendations";
  private static final String HISTORY = "/v1/domains/shop/recommendations";
  private static final int TIMEOUT_MS = 500;

  private static TestNode node;

  @BeforeAll
  static void start() {
    node =
        TestNode.withItems(
            ServingLimits.of(
                Map.of(
                    "body-bytes",
                    "64 KiB",
                    "count",
                    100,
                    "history",
                    100,
                    "workers",
                    2,
                    "request-timeout",
                    TIMEOUT_MS + " ms",
                    "staleness",
                    "0 ms",
                    "drain",
                    "0 ms")));
  }

  @AfterAll
  static void stop() {
    node.close();
  }

  private static byte[] bytes(String text) {
    return text.getBytes(StandardCharsets.ISO_8859_1);
  }

  /** Sends and reads all that comes within a moment, or until the server hangs up. */
  private static String answer(byte[]... parts) throws IOException {
    try (Socket socket = new Socket(InetAddress.getLoopbackAddress(), node.port())) {
      socket.setSoTimeout(5_000);
      for (byte[] part : parts) {
        socket.getOutputStream().write(part);
        socket.getOutputStream().flush();
      }
      return read(socket);
    }
  }

  private static String read(Socket socket) throws IOException {
    StringBuilder answer = new StringBuilder();
    InputStream in = socket.getInputStream();
    try {
      for (int next = in.read(); next >= 0; next = in.read()) {
        answer.append((char) next);
        socket.setSoTimeout(in.available() > 0 ? 5_000 : 300);
      }
    } catch (SocketTimeoutException e) {
      return answer.toString();
    } catch (IOException e) {
      return answer.toString(); // reset: the server did not want the rest
    }
    return answer.toString();
  }

  private static int status(String answer) {
    return answer.startsWith("HTTP/1.1 ") ? Integer.parseInt(answer.substring(9, 12)) : -1;
  }

  private static void assertPolite(String answer, int status) {
    assertThat(status(answer)).as(answer).isEqualTo(status);
    assertThat(answer).doesNotContain("Exception", "\tat ", "armeria", "netty");
  }

  /** Refused with a problem, or cut off without a word; never an error of the server's. */
  private static void assertRefused(String answer) {
    assertThat(status(answer))
        .as(answer)
        .isIn(-1, 400, 404, 405, 411, 413, 414, 417, 431, 501, 505);
    assertThat(answer).doesNotContain("Exception", "\tat ", "netty");
    assertThat(node.get(ANN).status()).isEqualTo(200);
  }

  private static String get(String path) {
    return "GET " + path + " HTTP/1.1\r\nhost: x\r\nconnection: close\r\n\r\n";
  }

  private static byte[] post(String contentType, byte[] body) {
    byte[] head =
        bytes(
            "POST "
                + HISTORY
                + " HTTP/1.1\r\nhost: x\r\nconnection: close\r\ncontent-type: "
                + contentType
                + "\r\ncontent-length: "
                + body.length
                + "\r\n\r\n");
    byte[] all = new byte[head.length + body.length];
    System.arraycopy(head, 0, all, 0, head.length);
    System.arraycopy(body, 0, all, head.length, body.length);
    return all;
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "%FF",
        "a%C3",
        "%C0%AF",
        "%ED%A0%80",
        "%F8%88%80%80%80",
        "%",
        "%4",
        "%zz",
        "a%00b%FE"
      })
  void anIdThatIsNoTextIsRefused(String id) throws IOException {
    assertPolite(answer(bytes(get("/v1/domains/shop/users/" + id + "/recommendations"))), 400);
    assertPolite(answer(bytes(get("/v1/domains/shop/items/" + id + "/status"))), 400);
    assertPolite(answer(bytes(get(ANN + "?exclude=" + id))), 400);
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "%22%3Cscript%3E",
        "%F0%9F%98%80",
        "%EF%BF%BD",
        "'%20OR%201=1",
        "a%2Fb",
        "%E2%80%AE",
        "%7B%7Bconstructor%7D%7D",
        "$(id)"
      })
  void anIdOfOddCharactersIsAnIdLikeAnother(String id) throws IOException {
    String answer =
        answer(bytes(get("/v1/domains/shop/items/" + id + "/status").replace("'", "%27")));
    assertPolite(answer, 200);
    assertThat(answer.toLowerCase(java.util.Locale.ROOT)).doesNotContain("set-cookie:");
  }

  @ParameterizedTest
  @ValueSource(strings = {"%00", "%0d%0aset-cookie:%20a=b", "..%2f..%2fetc%2fpasswd"})
  void whatHttpForbidsInAPathIsRefused(String id) throws IOException {
    String answer = answer(bytes(get("/v1/domains/shop/items/" + id + "/status")));
    assertPolite(answer, 400);
    assertThat(answer).doesNotContain("set-cookie");
  }

  @ParameterizedTest
  @ValueSource(strings = {"\u00ff\u00fe", "a\u0000b", "a\u007fb", "a\tb"})
  void rawBytesInAPathHarmNobody(String id) throws IOException {
    String answer = answer(bytes(get("/v1/domains/shop/items/" + id + "/status")));
    assertThat(status(answer)).as(answer).isIn(-1, 200, 400, 404);
    assertThat(node.get(ANN).status()).isEqualTo(200);
  }

  @ParameterizedTest
  @ValueSource(strings = {"count=3&count=4", "seed=1&seed=2", "exact=true&exact=false"})
  void aParameterGivenTwiceIsRefusedRatherThanGuessed(String query) {
    var got = node.get(ANN + "?" + query);
    assertThat(got.status()).isEqualTo(400);
    assertThat(got.code()).startsWith("bad_");
  }

  @Test
  void aFieldGivenTwiceIsRefused() {
    var got = node.post(HISTORY, "{\"history\":[\"a\"],\"count\":1,\"count\":2}");
    assertThat(got.status()).isEqualTo(400);
    assertThat(got.code()).isEqualTo("malformed_body");
  }

  @Test
  void deepLongAndTornJsonIsRefused() {
    String deep = "[".repeat(30_000) + "]".repeat(30_000);
    for (String body :
        List.of(
            deep,
            "{\"history\":" + deep + "}",
            "{\"a\":".repeat(10_000),
            "{\"count\":" + "9".repeat(5_000) + "}",
            "{\"" + "x".repeat(60_000) + "\":1}",
            "{\"history\":[\"a\"]}{}",
            "{\"history\":[\"a\"",
            "\ufeff{\"history\":[\"a\"]",
            "")) {
      var got = node.post(HISTORY, body);
      assertThat(got.status()).as(body.substring(0, Math.min(40, body.length()))).isEqualTo(400);
      assertThat(got.code()).isIn("malformed_body", "unknown_field");
    }
  }

  @Test
  void bytesThatAreNoTextAreRefused() throws IOException {
    byte[] body = bytes("{\"history\":[\"\u00ff\u00fe\"]}");
    assertPolite(answer(post("application/json", body)), 400);
    byte[] overlong = bytes("{\"history\":[\"\u00c0\u00af\"]}");
    assertPolite(answer(post("application/json", overlong)), 400);
  }

  @ParameterizedTest
  @CsvSource({
    "application/json, 200",
    "application/json; charset=utf-8, 200",
    "APPLICATION/JSON; charset=UTF-8, 200",
    "application/json; charset=iso-8859-1, 415",
    "application/json; charset=utf-16, 415",
    "application/json; charset=nonsense, 415",
    "text/json, 415",
    "text/plain, 415",
    "application/x-www-form-urlencoded, 415",
    "multipart/form-data, 415",
    "application/*, 415",
    "*/*, 415",
    "nonsense, 415",
    ";;;, 415"
  })
  void onlyJsonInUtf8IsABody(String type, int status) throws IOException {
    assertPolite(answer(post(type, bytes("{\"history\":[\"a\"]}"))), status);
  }

  @Test
  void headersThatAreTooLargeAreRefused() throws IOException {
    String big = "x".repeat(100_000);
    assertRefused(
        answer(bytes("GET " + ANN + " HTTP/1.1\r\nhost: x\r\nx-big: " + big + "\r\n\r\n")));
    assertRefused(answer(bytes("GET /" + big + " HTTP/1.1\r\nhost: x\r\n\r\n")));
    String many = "x-one: 1\r\n".repeat(5_000);
    assertRefused(answer(bytes("GET " + ANN + " HTTP/1.1\r\nhost: x\r\n" + many + "\r\n")));
  }

  @Test
  void aBodyThatIsTooLargeIsRefusedWhateverItSaysOfItself() throws IOException {
    byte[] large = bytes("{\"history\":[\"" + "a".repeat(70_000) + "\"]}");
    assertPolite(answer(post("application/json", large)), 413);
    assertRefused(
        answer(
            bytes(
                "POST "
                    + HISTORY
                    + " HTTP/1.1\r\nhost: x\r\ncontent-type: application/json\r\n"
                    + "content-length: 99999999999\r\n\r\n{}")));
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "content-length: 5\r\ncontent-length: 6\r\n\r\n{}    ",
        "content-length: -1\r\n\r\n{}",
        "content-length: abc\r\n\r\n{}",
        "transfer-encoding: chunked\r\n\r\nzz\r\n{}\r\n0\r\n\r\n",
        "transfer-encoding: chunked\r\n\r\nffffffffffffffffff\r\n{}\r\n",
        "transfer-encoding: nonsense\r\n\r\n{}",
        "expect: nonsense\r\ncontent-length: 2\r\n\r\n{}",
        "x-bad header: 1\r\ncontent-length: 2\r\n\r\n{}",
        "x-bad: a\u0000b\r\ncontent-length: 2\r\n\r\n{}",
        "content-encoding: gzip\r\ncontent-type: application/json\r\ncontent-length: 2\r\n\r\n{}"
      })
  void aMessageThatContradictsItselfIsRefused(String rest) throws IOException {
    String answer = answer(bytes("POST " + HISTORY + " HTTP/1.1\r\nhost: x\r\n" + rest));
    assertThat(status(answer)).as(answer).isIn(-1, 400, 408, 411, 413, 415, 417, 431, 501);
    assertThat(answer).doesNotContain("\"status\":\"up\"", "Exception", "netty");
    assertThat(node.get(ANN).status()).isEqualTo(200);
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "GET\r\n\r\n",
        "GET " + ANN + "\r\n\r\n",
        "NONSENSE " + ANN + " HTTP/1.1\r\nhost: x\r\n\r\n",
        "CONNECT x:80 HTTP/1.1\r\nhost: x\r\n\r\n",
        "\r\n\r\n\r\n\u0000\u0001\u0002\r\n\r\n",
        "PRI * HTTP/2.0\r\n\r\nSM\r\n\r\nnonsense that is no frame at all",
        "\u0016\u0003\u0001\u0002\u0000\u0001\u0000\u0001\u00fc\u0003\u0003"
      })
  void whatIsNoRequestHarmsNobody(String request) throws IOException {
    String answer = answer(bytes(request));
    if (answer.startsWith("HTTP/")) {
      assertThat(status(answer)).as(answer).isBetween(400, 505).isNotIn(500, 502, 503, 504);
    }
    assertThat(node.get(ANN).status()).isEqualTo(200);
  }

  @Test
  void requestsThatComeTogetherAreAnsweredInOrder() throws IOException {
    String one = "GET /v1/domains/shop/items/a/status HTTP/1.1\r\nhost: x\r\n\r\n";
    String two = "GET /v1/domains/shop/items/b/status HTTP/1.1\r\nhost: x\r\n\r\n";
    String bad = "GET /v1/domains/nowhere/items/b/status HTTP/1.1\r\nhost: x\r\n\r\n";
    String answer = answer(bytes(one + bad + two + get("/v1/domains/shop/items/c/status")));
    assertThat(answer.split("HTTP/1.1 200 OK", -1)).hasSize(4);
    assertThat(answer.indexOf("\"item\":\"a\""))
        .isLessThan(answer.indexOf("unknown_domain"))
        .isGreaterThan(0);
    assertThat(answer.indexOf("unknown_domain")).isLessThan(answer.indexOf("\"item\":\"b\""));
    assertThat(answer.indexOf("\"item\":\"b\"")).isLessThan(answer.indexOf("\"item\":\"c\""));
  }

  /**
   * The client's slowness is the client's: 408, and no 5xx that an operator would be called for.
   */
  @Test
  void aBodyThatDoesNotComeIsTheClientsFault() throws IOException {
    try (Socket socket = new Socket(InetAddress.getLoopbackAddress(), node.port())) {
      socket.setSoTimeout(5_000);
      socket
          .getOutputStream()
          .write(
              bytes(
                  "POST "
                      + HISTORY
                      + " HTTP/1.1\r\nhost: x\r\ncontent-type: application/json\r\n"
                      + "content-length: 100\r\n\r\n{\"history\""));
      assertPolite(read(socket), 408);
    }
  }

  /** Headers a byte at a time hold a connection, and nothing else. */
  @Test
  void slowHeadersBlockNobody() throws IOException {
    List<Socket> slow = new ArrayList<>();
    try {
      for (int i = 0; i < 200; i++) {
        Socket socket = new Socket(InetAddress.getLoopbackAddress(), node.port());
        socket.getOutputStream().write(bytes("GET " + ANN + " HTTP/1.1\r\nhos"));
        slow.add(socket);
      }
      await()
          .atMost(Duration.ofSeconds(5))
          .untilAsserted(() -> assertThat(node.get(ANN).status()).isEqualTo(200));
      assertThat(node.registry.get("headwater.serving.requests.inside").gauge().value()).isZero();
    } finally {
      for (Socket socket : slow) {
        socket.close();
      }
    }
  }

  @Test
  void aClientThatHangsUpInTheMiddleHarmsNobody() throws IOException {
    for (int i = 0; i < 50; i++) {
      try (Socket socket = new Socket(InetAddress.getLoopbackAddress(), node.port())) {
        socket.setSoLinger(true, 0);
        byte[] whole = post("application/json", bytes("{\"history\":[\"a\"]}"));
        socket.getOutputStream().write(whole, 0, 1 + whole.length * i / 50);
      }
    }
    assertThat(node.get(ANN).status()).isEqualTo(200);
    await()
        .atMost(Duration.ofSeconds(5))
        .until(() -> node.registry.get("headwater.serving.requests.inside").gauge().value() == 0);
  }
}
