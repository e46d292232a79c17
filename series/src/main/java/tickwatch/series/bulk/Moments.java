package tickwatch.series.bulk;

import tickwatch.series.detect.ZScore;

/**
 * Count, mean and sum of squared deviations, merged as Chan, Golub and LeVeque merge them, so that
 * nothing cancels however far the mean is from zero. NaN and infinities are left out.
 *
 * <p><b>Threads.</b> One thread; parts that others computed are added in one order for the same
 * bits.
 */
final class Moments {
  private long count;
  private double mean;
  private double squares;

  /** Adds the finite ones of a chunk's values. */
  void add(ZScore measured) {
    Moments chunk = new Moments();
    chunk.count = measured.finite();
    chunk.mean = measured.mean();
    chunk.squares = measured.squares();
    add(chunk);
  }

  /** Adds the moments of other values. */
  void add(Moments other) {
    if (other.count == 0) {
      return;
    }
    long all = count + other.count;
    double distance = other.mean - mean;
    mean += distance * other.count / all;
    squares += other.squares + distance * distance * ((double) count * other.count / all);
    count = all;
  }

  double mean() {
    return count == 0 ? Double.NaN : mean;
  }

  /** Population standard deviation. */
  double std() {
    return count == 0 ? Double.NaN : Math.sqrt(squares / count);
  }
}
