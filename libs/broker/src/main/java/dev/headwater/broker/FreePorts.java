package dev.headwater.broker;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.BindException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;
import java.util.concurrent.ThreadLocalRandom;

/**
 * Ports on loopback for servers that are told theirs before they listen. They lie below those that
 * systems give to outgoing connections (32768 to 60999 on Linux, 49152 and more elsewhere): a port
 * that the system itself hands out as free may be some client's a moment later, a killed server
 * must find its port free again, and a client that dials it must not meet itself. Thread-safe.
 */
public final class FreePorts {
  private static final int FIRST = 10_000;
  private static final int END = 32_768;
  private static final int TRIES = 1_000;

  private FreePorts() {}

  /**
   * Returns a port that nobody listens at.
   *
   * @throws UncheckedIOException if none is found
   */
  public static int next() {
    return take(1).get(0);
  }

  /** Returns so many, all different. */
  public static List<Integer> take(int count) {
    Set<Integer> ports = new LinkedHashSet<>();
    for (int i = 0; i < TRIES && ports.size() < count; i++) {
      int port = ThreadLocalRandom.current().nextInt(FIRST, END);
      if (isFree(port)) {
        ports.add(port);
      }
    }
    if (ports.size() < count) {
      throw new UncheckedIOException(
          new BindException("no " + count + " free ports from " + FIRST + " to " + (END - 1)));
    }
    return List.copyOf(ports);
  }

  /**
   * Asks for a port that is about to be listened at.
   *
   * @throws UncheckedIOException if it is taken
   */
  static void require(int port) {
    if (!isFree(port)) {
      throw new UncheckedIOException(new BindException("port " + port + " is taken"));
    }
  }

  private static boolean isFree(int port) {
    try (ServerSocket socket = new ServerSocket(port, 1, InetAddress.getLoopbackAddress())) {
      return socket.isBound();
    } catch (IOException e) {
      return false;
    }
  }
}
