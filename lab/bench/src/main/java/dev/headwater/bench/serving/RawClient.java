package dev.headwater.bench.serving;

import java.io.BufferedInputStream;
import java.io.EOFException;
import java.io.IOException;
import java.io.InputStream;
import java.net.InetAddress;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.util.Locale;

/**
 * The cheapest HTTP/1.1 client: one connection, one request at a time, so that the sender takes
 * little of the machine that it measures. Not thread-safe.
 */
final class RawClient implements AutoCloseable {
  private static final int TIMEOUT_MS = 10_000;

  private final int port;
  private Socket socket;
  private InputStream in;

  /** An answer. */
  record Answer(int status, String body, boolean saysWhenToRetry) {}

  RawClient(int port) throws IOException {
    this.port = port;
    socket = connect();
    in = new BufferedInputStream(socket.getInputStream(), 16_384);
  }

  private Socket connect() throws IOException {
    Socket connected = new Socket(InetAddress.getLoopbackAddress(), port);
    connected.setTcpNoDelay(true);
    connected.setSoTimeout(TIMEOUT_MS);
    return connected;
  }

  Answer get(String path) throws IOException {
    return send("GET " + path + " HTTP/1.1\r\nhost: bench\r\n\r\n");
  }

  Answer post(String path, String json) throws IOException {
    return send(
        "POST "
            + path
            + " HTTP/1.1\r\nhost: bench\r\ncontent-type: application/json\r\ncontent-length: "
            + json.length()
            + "\r\n\r\n"
            + json);
  }

  private Answer send(String request) throws IOException {
    socket.getOutputStream().write(request.getBytes(StandardCharsets.US_ASCII));
    String status = line();
    int length = 0;
    boolean retry = false;
    for (String header = line(); !header.isEmpty(); header = line()) {
      String lower = header.toLowerCase(Locale.ROOT);
      if (lower.startsWith("content-length:")) {
        length = Integer.parseInt(header.substring(15).trim());
      }
      retry |= lower.startsWith("retry-after:");
    }
    byte[] body = in.readNBytes(length);
    if (body.length < length) {
      throw new EOFException("the server closed the connection in the middle of an answer");
    }
    return new Answer(
        Integer.parseInt(status.substring(9, 12)), new String(body, StandardCharsets.UTF_8), retry);
  }

  private String line() throws IOException {
    StringBuilder line = new StringBuilder(64);
    while (true) {
      int next = in.read();
      if (next < 0) {
        throw new EOFException("the server closed the connection");
      }
      if (next == '\n') {
        return line.toString();
      }
      if (next != '\r') {
        line.append((char) next);
      }
    }
  }

  /** Connects again after a failure. */
  void reconnect() throws IOException {
    socket.close();
    socket = connect();
    in = new BufferedInputStream(socket.getInputStream(), 16_384);
  }

  @Override
  public void close() throws IOException {
    socket.close();
  }
}
