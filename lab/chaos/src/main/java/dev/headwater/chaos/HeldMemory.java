package dev.headwater.chaos;

import com.sun.tools.attach.AttachNotSupportedException;
import com.sun.tools.attach.VirtualMachine;
import dev.headwater.platform.report.ResidentMemory;
import java.io.IOException;
import java.lang.management.ManagementFactory;
import java.lang.management.MemoryMXBean;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import javax.management.JMException;
import javax.management.MBeanServerConnection;
import javax.management.ObjectName;
import javax.management.remote.JMXConnector;
import javax.management.remote.JMXConnectorFactory;
import javax.management.remote.JMXServiceURL;

/**
 * What a Java process holds. Resident memory says something of growth only where the whole heap was
 * touched at the start, and once the C library has given back what was freed: a compiler's thread
 * alone leaves tens of megabytes to be used again. What is alive in the heap is asked apart, after
 * a collection.
 *
 * @param residentKb of the whole process
 * @param liveKb of the heap
 */
record HeldMemory(long residentKb, long liveKb) {
  /** Asks a process of this machine. */
  @SuppressWarnings("BanJNDI") // the address is that of a process which we started
  static HeldMemory of(long pid) throws IOException {
    JMXServiceURL address = new JMXServiceURL(agent(pid));
    try (JMXConnector jmx = JMXConnectorFactory.connect(address)) {
      MBeanServerConnection process = jmx.getMBeanServerConnection();
      long live = liveKb(process);
      giveBack(process);
      return new HeldMemory(ResidentMemory.kilobytes(pid), live);
    }
  }

  private static long liveKb(MBeanServerConnection process) throws IOException {
    MemoryMXBean memory = ManagementFactory.getPlatformMXBean(process, MemoryMXBean.class);
    memory.gc();
    return memory.getHeapMemoryUsage().getUsed() >> 10;
  }

  /** As {@code jcmd PID System.trim_native_heap} does, where the JVM can: on Linux with glibc. */
  private static void giveBack(MBeanServerConnection process) throws IOException {
    try {
      ObjectName commands = ObjectName.getInstance("com.sun.management:type=DiagnosticCommand");
      String trim = "systemTrimNativeHeap";
      if (Arrays.stream(process.getMBeanInfo(commands).getOperations())
          .anyMatch(operation -> operation.getName().equals(trim))) {
        process.invoke(commands, trim, new Object[0], new String[0]);
      }
    } catch (JMException e) {
      throw new IOException("freed memory cannot be given back", e);
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
