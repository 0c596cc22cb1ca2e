package dev.headwater.bench.serving;

import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import com.sun.management.ThreadMXBean;
import java.lang.management.ManagementFactory;
import java.lang.management.ThreadInfo;
import java.util.HashMap;
import java.util.Map;
import java.util.function.LongUnaryOperator;

/**
 * What threads took since this was made, by kind of thread: what a request costs, whatever else the
 * machine does meanwhile.
 */
final class ThreadCosts {
  private static final ThreadMXBean THREADS = (ThreadMXBean) ManagementFactory.getThreadMXBean();

  private final LongUnaryOperator ofThread;
  private final double unit;
  private final double smallest;
  private final Map<Long, Long> before;

  private ThreadCosts(LongUnaryOperator ofThread, double unit, double smallest) {
    this.ofThread = ofThread;
    this.unit = unit;
    this.smallest = smallest;
    before = read();
  }

  /** Processor time, in milliseconds. */
  static ThreadCosts cpuMs() {
    return new ThreadCosts(THREADS::getThreadCpuTime, 1e6, 0.01);
  }

  /** What is allocated on the heap, in bytes. */
  static ThreadCosts allocatedBytes() {
    return new ThreadCosts(THREADS::getThreadAllocatedBytes, 1, 100);
  }

  private Map<Long, Long> read() {
    Map<Long, Long> taken = new HashMap<>();
    for (long id : THREADS.getAllThreadIds()) {
      taken.put(id, ofThread.applyAsLong(id));
    }
    return taken;
  }

  /** Returns what a request took, by thread name without numbers, the most first. */
  ObjectNode perRequest(double requests) {
    Map<String, Double> sums = new HashMap<>();
    read()
        .forEach(
            (id, taken) -> {
              ThreadInfo info = THREADS.getThreadInfo(id);
              double spent = (taken - before.getOrDefault(id, 0L)) / unit / requests;
              if (info != null && spent > 0) {
                String kind = info.getThreadName().replaceAll("[^A-Za-z]+", "-");
                sums.merge(kind, spent, Double::sum);
              }
            });
    ObjectNode node = JsonNodeFactory.instance.objectNode();
    sums.entrySet().stream()
        .filter(each -> each.getValue() >= smallest)
        .sorted(Map.Entry.<String, Double>comparingByValue().reversed())
        .forEach(each -> node.put(each.getKey(), each.getValue()));
    return node;
  }
}
