package tickwatch.series.bulk;

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

  /** Adds values: their own mean first, then the squares about it. */
  void add(double[] x, int length) {
    double sum = 0;
    int finite = 0;
    for (int i = 0; i < length; i += 128) {
      int end = Math.min(length, i + 128);
      double part = 0;
      for (int k = i; k < end; k++) {
        part += x[k];
      }
      if (Double.isFinite(part)) {
        finite += end - i;
      } else {
        part = 0;
        for (int k = i; k < end; k++) {
          if (Double.isFinite(x[k])) {
            part += x[k];
            finite++;
          }
        }
      }
      sum += part;
    }
    if (finite == 0) {
      return;
    }
    Moments chunk = new Moments();
    chunk.count = finite;
    chunk.mean = sum / finite;
    double rest = 0;
    for (int i = 0; i < length; i += 128) {
      int end = Math.min(length, i + 128);
      double part = 0;
      double partRest = 0;
      for (int k = i; k < end; k++) {
        double d = x[k] - chunk.mean;
        if (Double.isFinite(d)) {
          part += d * d;
          partRest += d;
        }
      }
      chunk.squares += part;
      rest += partRest;
    }
    // What rounding left in the mean.
    chunk.squares -= rest * rest / finite;
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
