package tickwatch.bench.tickerplant;

import java.io.IOException;
import org.HdrHistogram.Histogram;

/** A server that is measured, with those who send to it and read from it. */
interface Driven extends AutoCloseable {
  /**
   * What a run cost.
   *
   * @param messagesPerSecond from the first message sent to the last one read
   * @param cpuMicros of the server's process, a message
   * @param allocatedBytes on the server's heap, a message; not a number if it is not known
   */
  record Sample(double messagesPerSecond, double cpuMicros, double allocatedBytes) {}

  /** Sends so many messages, as fast as the subscribers take them. */
  Sample run(Load load, int messages) throws IOException;

  /**
   * Sends single rows at a rate.
   *
   * @return p50, p99, p99.9 and maximum in microseconds, from the intended send time on
   */
  double[] paced(int rate) throws IOException;

  @Override
  void close() throws IOException;

  static double[] quantiles(Histogram nanos) {
    return new double[] {
      nanos.getValueAtPercentile(50) / 1e3,
      nanos.getValueAtPercentile(99) / 1e3,
      nanos.getValueAtPercentile(99.9) / 1e3,
      nanos.getMaxValue() / 1e3
    };
  }
}
