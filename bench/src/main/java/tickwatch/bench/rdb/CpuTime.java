package tickwatch.bench.rdb;

import java.lang.management.ManagementFactory;
import java.lang.management.ThreadMXBean;

/** What the calling thread has used of a processor: what others do meanwhile hardly shows. */
public final class CpuTime {
  private static final ThreadMXBean THREADS = ManagementFactory.getThreadMXBean();

  private CpuTime() {}

  /** Since the thread began. */
  public static long nanos() {
    return THREADS.getCurrentThreadCpuTime();
  }
}
