package dev.headwater.bench.serving;

import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.lang.management.ManagementFactory;
import java.lang.management.ThreadInfo;
import java.lang.management.ThreadMXBean;
import java.util.HashMap;
import java.util.Map;

/**
 * Processor time by kind of thread: what a request costs, whatever else the machine does meanwhile.
 */
final class ThreadTimes {
  private static final double SMALLEST_MS = 0.01;

  private final Map<Long, Long> before = read();

  private static Map<Long, Long> read() {
    ThreadMXBean threads = ManagementFactory.getThreadMXBean();
    Map<Long, Long> nanos = new HashMap<>();
    for (long id : threads.getAllThreadIds()) {
      nanos.put(id, threads.getThreadCpuTime(id));
    }
    return nanos;
  }

  /** Returns milliseconds a request since this was made, by thread name without numbers. */
  ObjectNode perRequest(double requests) {
    ThreadMXBean threads = ManagementFactory.getThreadMXBean();
    Map<String, Double> sums = new HashMap<>();
    read()
        .forEach(
            (id, nanos) -> {
              ThreadInfo info = threads.getThreadInfo(id);
              double spent = (nanos - before.getOrDefault(id, 0L)) / 1e6 / requests;
              if (info != null && spent > 0) {
                String kind = info.getThreadName().replaceAll("[^A-Za-z]+", "-");
                sums.merge(kind, spent, Double::sum);
              }
            });
    ObjectNode node = JsonNodeFactory.instance.objectNode();
    sums.entrySet().stream()
        .filter(each -> each.getValue() >= SMALLEST_MS)
        .sorted(Map.Entry.<String, Double>comparingByValue().reversed())
        .forEach(each -> node.put(each.getKey(), each.getValue()));
    return node;
  }
}
