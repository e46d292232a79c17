package tickwatch.ipc.codec;

import com.sun.management.ThreadMXBean;
import java.lang.management.ManagementFactory;

/** Counts the bytes that the current thread takes from the heap. */
final class Allocation {
  private static final ThreadMXBean THREADS = (ThreadMXBean) ManagementFactory.getThreadMXBean();

  private Allocation() {}

  static long soFar() {
    return THREADS.getCurrentThreadAllocatedBytes();
  }

  static long of(Runnable action) {
    long before = soFar();
    action.run();
    return soFar() - before;
  }
}
