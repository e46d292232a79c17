package tickwatch.rdb;

import java.time.Duration;
import tickwatch.q.Limits;

/**
 * What queries may take.
 *
 * @param threads queries evaluated at a time, at least 1; each connection has one at a time
 * @param timeout for one evaluation, zero for none; beyond it the client gets {@code stop}
 * @param maxRows items in one vector or rows in one table that a query makes; beyond it {@code
 *     wsfull}
 * @param maxBytes what one query may allocate in vectors, and what the variables of one connection
 *     may hold; beyond it {@code wsfull}
 * @param maxResultBytes length of an answer on the wire, about; beyond it {@code limit}
 * @param cores threads that go through the columns of one query together, at least 1
 */
public record QueryLimits(
    int threads, Duration timeout, long maxRows, long maxBytes, long maxResultBytes, int cores) {
  public QueryLimits {
    if (threads < 1 || cores < 1) {
      throw new IllegalArgumentException(
          "query threads and cores: " + threads + ", " + cores + " (expected: 1 or more)");
    }
    if (timeout.isNegative()) {
      throw new IllegalArgumentException(
          "query timeout: " + timeout + " (expected: 0 for none, or more)");
    }
    if (maxRows < 1 || maxBytes < 1 || maxResultBytes < 1) {
      throw new IllegalArgumentException(
          "query limits: "
              + maxRows
              + " rows, "
              + maxBytes
              + " bytes, "
              + maxResultBytes
              + " bytes of answer (expected: positive)");
    }
  }

  /**
   * One thread less than there are processors, at least 2; 30 s; 100 million rows; 4 GB handled; 1
   * GB of answer; half of the processors for one query, at most 4.
   */
  public static QueryLimits defaults() {
    Limits limits = Limits.defaults();
    int processors = Runtime.getRuntime().availableProcessors();
    return new QueryLimits(
        Math.max(2, processors - 1),
        limits.timeout(),
        limits.maxRows(),
        limits.maxBytes(),
        1L << 30,
        Math.max(1, Math.min(4, processors / 2)));
  }

  public QueryLimits withThreads(int wanted) {
    return new QueryLimits(wanted, timeout, maxRows, maxBytes, maxResultBytes, cores);
  }

  public QueryLimits withTimeout(Duration wanted) {
    return new QueryLimits(threads, wanted, maxRows, maxBytes, maxResultBytes, cores);
  }

  public QueryLimits withMaxRows(long wanted) {
    return new QueryLimits(threads, timeout, wanted, maxBytes, maxResultBytes, cores);
  }

  public QueryLimits withMaxBytes(long wanted) {
    return new QueryLimits(threads, timeout, maxRows, wanted, maxResultBytes, cores);
  }

  public QueryLimits withMaxResultBytes(long wanted) {
    return new QueryLimits(threads, timeout, maxRows, maxBytes, wanted, cores);
  }

  public QueryLimits withCores(int wanted) {
    return new QueryLimits(threads, timeout, maxRows, maxBytes, maxResultBytes, wanted);
  }

  /** The same for the evaluator. */
  Limits forEvaluator() {
    return Limits.defaults()
        .withMaxRows(maxRows)
        .withMaxBytes(maxBytes)
        .withTimeout(timeout)
        .withThreads(cores);
  }
}
