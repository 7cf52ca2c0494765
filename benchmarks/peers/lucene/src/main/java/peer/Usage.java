package peer;

import com.fasterxml.jackson.databind.node.ObjectNode;
import com.sun.management.OperatingSystemMXBean;
import java.io.IOException;
import java.lang.management.ManagementFactory;
import java.nio.file.Files;
import java.nio.file.Path;

/**
 * Wall and CPU seconds and peak memory from its making to {@link #put}. The memory of a Java
 * process says more about its heap settings than about Lucene.
 */
final class Usage {
  private static final OperatingSystemMXBean SYSTEM =
      (OperatingSystemMXBean) ManagementFactory.getOperatingSystemMXBean();

  private final double beforeMb;
  private final long cpu;
  private final long wall;

  Usage() throws IOException {
    System.gc();
    Files.writeString(Path.of("/proc/self/clear_refs"), "5");
    beforeMb = statusMb("VmRSS");
    cpu = cpuNanos();
    wall = System.nanoTime();
  }

  /** CPU time of this thread alone, which searches; compiling goes on in others. */
  static long threadNanos() {
    return ManagementFactory.getThreadMXBean().getCurrentThreadCpuTime();
  }

  static long cpuNanos() {
    return SYSTEM.getProcessCpuTime();
  }

  void put(ObjectNode answer, String prefix) throws IOException {
    answer.put(prefix + "wall_s", (System.nanoTime() - wall) / 1e9);
    answer.put(prefix + "cpu_s", (cpuNanos() - cpu) / 1e9);
    answer.put(prefix + "peak_mb", statusMb("VmHWM"));
    answer.put(prefix + "grown_mb", statusMb("VmHWM") - beforeMb);
  }

  private static double statusMb(String key) throws IOException {
    for (String line : Files.readAllLines(Path.of("/proc/self/status"))) {
      if (line.startsWith(key + ":")) {
        return Long.parseLong(line.replaceAll("\\D", "")) / 1024.0;
      }
    }
    return 0;
  }
}
