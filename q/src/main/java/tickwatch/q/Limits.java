package tickwatch.q;

import java.time.Duration;

/**
 * What one evaluation may use. An interrupt of the evaluating thread ends it too, with {@code
 * stop}.
 *
 * @param maxSteps function applications and loop turns, 0 for no limit; beyond it {@code stop}
 * @param maxDepth functions within functions, 1 to 1,000; beyond it {@code stack}. A depth takes
 *     about 1 kB of the thread's stack
 * @param maxRows items in one vector or rows in one table; beyond it {@code wsfull}
 * @param maxBytes what all vectors made during the evaluation take together, those already dropped
 *     included; beyond it {@code wsfull}
 * @param timeout from the start of the evaluation, zero for none; beyond it {@code stop}
 * @param threads how many threads go through a long column together, 1 or more
 */
public record Limits(
    long maxSteps, int maxDepth, long maxRows, long maxBytes, Duration timeout, int threads) {
  public Limits {
    if (maxSteps < 0 || maxDepth < 1 || maxDepth > 1_000 || maxRows < 1 || maxBytes < 1) {
      throw new IllegalArgumentException(
          "limits: "
              + maxSteps
              + " steps, "
              + maxDepth
              + " deep, "
              + maxRows
              + " rows, "
              + maxBytes
              + " bytes (expected: not negative, 1 to 1000, positive, positive)");
    }
    if (timeout.isNegative()) {
      throw new IllegalArgumentException("timeout: " + timeout + " (expected: not negative)");
    }
    if (threads < 1) {
      throw new IllegalArgumentException("threads: " + threads + " (expected: 1 or more)");
    }
  }

  /** With one thread. */
  public Limits(long maxSteps, int maxDepth, long maxRows, long maxBytes, Duration timeout) {
    this(maxSteps, maxDepth, maxRows, maxBytes, timeout, 1);
  }

  /** 200 deep, 100 million rows, 4 GB handled, 30 s, one thread. */
  public static Limits defaults() {
    return new Limits(0, 200, 100_000_000, 4L << 30, Duration.ofSeconds(30), 1);
  }

  public Limits withMaxSteps(long steps) {
    return new Limits(steps, maxDepth, maxRows, maxBytes, timeout, threads);
  }

  public Limits withMaxDepth(int depth) {
    return new Limits(maxSteps, depth, maxRows, maxBytes, timeout, threads);
  }

  public Limits withMaxRows(long rows) {
    return new Limits(maxSteps, maxDepth, rows, maxBytes, timeout, threads);
  }

  public Limits withMaxBytes(long bytes) {
    return new Limits(maxSteps, maxDepth, maxRows, bytes, timeout, threads);
  }

  public Limits withTimeout(Duration wanted) {
    return new Limits(maxSteps, maxDepth, maxRows, maxBytes, wanted, threads);
  }

  public Limits withThreads(int wanted) {
    return new Limits(maxSteps, maxDepth, maxRows, maxBytes, timeout, wanted);
  }
}
