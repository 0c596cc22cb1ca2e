package dev.headwater.chaos;

import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;

/**
 * Finds ports on loopback that are free now, below those that the system gives to clients: a killed
 * server must find its port free again, and a client that dials it must not meet itself.
 */
public final class FreePorts {
  private static final int FIRST = 16_000;
  private static final int SPAN = 16_000;
  private static final int TRIES = 1_000;

  private FreePorts() {}

  /** Returns so many. */
  public static List<Integer> take(int count) throws IOException {
    Random random = new Random(ProcessHandle.current().pid());
    List<Integer> ports = new ArrayList<>();
    for (int i = 0; i < TRIES && ports.size() < count; i++) {
      int port = FIRST + random.nextInt(SPAN);
      if (!ports.contains(port) && isFree(port)) {
        ports.add(port);
      }
    }
    if (ports.size() < count) {
      throw new IOException("no " + count + " free ports from " + FIRST + " on");
    }
    return ports;
  }

  private static boolean isFree(int port) {
    try (ServerSocket socket = new ServerSocket(port, 1, InetAddress.getLoopbackAddress())) {
      return socket.isBound();
    } catch (IOException e) {
      return false;
    }
  }
}
