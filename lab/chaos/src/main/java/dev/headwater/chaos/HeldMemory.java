package dev.headwater.chaos;

import com.sun.tools.attach.AttachNotSupportedException;
import com.sun.tools.attach.VirtualMachine;
import java.io.IOException;
import java.lang.management.ManagementFactory;
import java.lang.management.MemoryMXBean;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import javax.management.remote.JMXConnector;
import javax.management.remote.JMXConnectorFactory;
import javax.management.remote.JMXServiceURL;

/**
 * What a Java process holds. Resident memory says something of growth only where the whole heap was
 * touched at the start; what is alive in the heap is asked apart, after a collection.
 *
 * @param residentKb of the whole process
 * @param liveKb of the heap
 */
record HeldMemory(long residentKb, long liveKb) {
  /** Asks a process of this machine. */
  static HeldMemory of(long pid) throws IOException {
    long live = liveKb(pid);
    return new HeldMemory(residentKb(pid), live);
  }

  private static long residentKb(long pid) throws IOException {
    for (String line : Files.readAllLines(Path.of("/proc/" + pid + "/status"))) {
      if (line.startsWith("VmRSS:")) {
        return Long.parseLong(line.replaceAll("\\D", ""));
      }
    }
    throw new IOException("the system does not tell what process " + pid + " holds");
  }

  @SuppressWarnings("BanJNDI") // the address is that of a process which we started
  private static long liveKb(long pid) throws IOException {
    JMXServiceURL address = new JMXServiceURL(agent(pid));
    try (JMXConnector jmx = JMXConnectorFactory.connect(address)) {
      MemoryMXBean memory =
          ManagementFactory.getPlatformMXBean(jmx.getMBeanServerConnection(), MemoryMXBean.class);
      memory.gc();
      return memory.getHeapMemoryUsage().getUsed() >> 10;
    }
  }

  private static String agent(long pid) throws IOException {
    try {
      VirtualMachine machine = VirtualMachine.attach(Long.toString(pid));
      try {
        return machine.startLocalManagementAgent();
      } finally {
        machine.detach();
      }
    } catch (AttachNotSupportedException e) {
      throw new IOException("process " + pid + " cannot be asked", e);
    }
  }

  /**
   * Says what of the later one is more than allowed, each held against its own kind; empty for
   * nothing.
   *
   * @param residentMax share of resident memory
   * @param liveMaxKb of the heap, which is small beside it
   */
  String more(HeldMemory later, double residentMax, long liveMaxKb) {
    List<String> more = new ArrayList<>();
    long resident = later.residentKb - residentKb;
    long live = later.liveKb - liveKb;
    if (resident > residentMax * residentKb) {
      more.add(resident + " KiB more resident");
    }
    if (live > liveMaxKb) {
      more.add(live + " KiB more alive in the heap");
    }
    return String.join(", ", more);
  }

  @Override
  public String toString() {
    return "%d MiB resident, %d MiB alive in the heap".formatted(residentKb >> 10, liveKb >> 10);
  }
}
