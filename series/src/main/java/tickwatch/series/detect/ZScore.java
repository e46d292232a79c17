package tickwatch.series.detect;

import java.util.Arrays;
import tickwatch.series.SeriesException;
import tickwatch.series.VectorUnit;

/**
 * Judges a chunk of values by {@code |(x - mean) / std| > threshold}, mean and population standard
 * deviation being the chunk's own.
 *
 * <p>The answer is NumPy's for {@code abs((x - x.mean()) / x.std()) > threshold} on the same chunk
 * in the same item type, for every value. To have it without a division a value, the smallest
 * distance that NumPy's expression would flag is found first, among the numbers of the item type;
 * since the expression rises with the distance, comparing with that one is the same.
 *
 * <p><b>Missing values.</b> NaN is a missing value and an infinity a broken one: both are left out
 * of mean and deviation (as {@code numpy.nanmean} and {@code nanstd} do); NaN is never flagged, an
 * infinity always. A chunk whose deviation is 0 has nothing to flag but what differs from its mean.
 *
 * <p><b>Threads.</b> One thread; an instance keeps the results of the last chunk and scratch space.
 */
public final class ZScore {
  private final double threshold;
  private final ZScoreKernel kernel;
  private int[] places = new int[0];
  private int count;
  private int missing;
  private int finite;
  private double mean;
  private double squares;
  private double std;
  private float[] floatScratch = new float[0];
  private double[] doubleScratch = new double[0];

  /** With the fastest kernel that this JVM can run. */
  public ZScore(double threshold) {
    this(
        threshold,
        VectorUnit.load(ZScoreKernel.class, "tickwatch.series.detect.VectorZScore")
            .orElseGet(ScalarZScore::new));
  }

  /** With the kernel in plain Java, whatever this JVM can run. */
  public static ZScore scalar(double threshold) {
    return new ZScore(threshold, new ScalarZScore());
  }

  ZScore(double threshold, ZScoreKernel kernel) {
    if (!(threshold >= 0)) {
      throw new SeriesException("threshold: " + threshold + " (expected: a number of at least 0)");
    }
    this.threshold = threshold;
    this.kernel = kernel;
  }

  /** Judges the first {@code length} values; returns how many are flagged. */
  public int judge(float[] x, int length) {
    room(length);
    if (length == 0) {
      return 0;
    }
    float sum = kernel.sum(x, 0, length);
    float floatMean = (float) ((double) sum / length);
    float squares = kernel.squares(x, 0, length, floatMean);
    if (Float.isFinite(sum) && Float.isFinite(squares)) {
      float floatStd = (float) Math.sqrt((float) ((double) squares / length));
      mean = floatMean;
      std = floatStd;
      count = beyond(x, length, floatMean, floatStd);
      return count;
    }
    return judgeWithGaps(x, length);
  }

  /** Judges the first {@code length} values; returns how many are flagged. */
  public int judge(double[] x, int length) {
    measure(x, length);
    if (finite == length) {
      count = length == 0 ? 0 : beyond(x, length, mean, std);
      return count;
    }
    return judgeWithGaps(x, length);
  }

  /**
   * Takes mean, deviation and missing values of the first {@code length} values and flags none:
   * {@link #finite}, {@link #mean}, {@link #squares}, {@link #std} and {@link #missing} say them.
   */
  public void measure(double[] x, int length) {
    room(length);
    if (length == 0) {
      return;
    }
    double sum = kernel.sum(x, 0, length);
    mean = sum / length;
    squares = kernel.squares(x, 0, length, mean);
    finite = length;
    if (!Double.isFinite(sum) || !Double.isFinite(squares)) {
      measureWithGaps(x, length);
    }
    std = Math.sqrt(squares / finite);
  }

  /** Judges by a given mean and deviation instead of the chunk's own. */
  public int judge(double[] x, int length, double givenMean, double givenStd) {
    room(length);
    mean = givenMean;
    std = givenStd;
    if (!Double.isFinite(kernel.sum(x, 0, length))) {
      for (int i = 0; i < length; i++) {
        missing += Double.isNaN(x[i]) ? 1 : 0;
      }
    }
    count = kernel.beyond(x, length, givenMean, limit(givenStd), places);
    return count;
  }

  /**
   * The least distance from the mean that is flagged with a deviation; infinite where only an
   * infinity is.
   */
  public double limit(double givenStd) {
    double cut = cut(givenStd);
    return Double.isNaN(cut) ? Double.POSITIVE_INFINITY : cut;
  }

  private void room(int length) {
    if (places.length < length) {
      places = new int[length];
    }
    count = 0;
    missing = 0;
    finite = 0;
    mean = Double.NaN;
    squares = Double.NaN;
    std = Double.NaN;
  }

  private int beyond(float[] x, int length, float mean, float std) {
    float cut = cut(std);
    return Float.isNaN(cut) ? 0 : kernel.beyond(x, length, mean, cut, places);
  }

  private int beyond(double[] x, int length, double mean, double std) {
    double cut = cut(std);
    return Double.isNaN(cut) ? 0 : kernel.beyond(x, length, mean, cut, places);
  }

  /**
   * The smallest distance that is flagged, or NaN if even the largest is not: bisection over the
   * bits of positive floats.
   */
  private float cut(float std) {
    float limit = (float) threshold;
    int low = 0;
    int high = Float.floatToRawIntBits(Float.MAX_VALUE);
    if (!(Float.MAX_VALUE / std > limit)) {
      return Float.NaN;
    }
    while (low < high) {
      int middle = (low + high) >>> 1;
      if (Float.intBitsToFloat(middle) / std > limit) {
        high = middle;
      } else {
        low = middle + 1;
      }
    }
    return Float.intBitsToFloat(low);
  }

  private double cut(double std) {
    long low = 0;
    long high = Double.doubleToRawLongBits(Double.MAX_VALUE);
    if (!(Double.MAX_VALUE / std > threshold)) {
      return Double.NaN;
    }
    while (low < high) {
      long middle = (low + high) >>> 1;
      if (Double.longBitsToDouble(middle) / std > threshold) {
        high = middle;
      } else {
        low = middle + 1;
      }
    }
    return Double.longBitsToDouble(low);
  }

  private int judgeWithGaps(float[] x, int length) {
    if (floatScratch.length < length) {
      floatScratch = new float[length];
    }
    float[] y = floatScratch;
    int finite = 0;
    int infinite = 0;
    for (int i = 0; i < length; i++) {
      boolean isFinite = Float.isFinite(x[i]);
      y[i] = isFinite ? x[i] : 0;
      finite += isFinite ? 1 : 0;
      infinite += Float.isInfinite(x[i]) ? 1 : 0;
    }
    missing = length - finite - infinite;
    float floatMean = (float) ((double) kernel.sum(y, 0, length) / finite);
    for (int i = 0; i < length; i++) {
      y[i] = Float.isFinite(x[i]) ? x[i] : floatMean;
    }
    float floatStd =
        (float) Math.sqrt((float) ((double) kernel.squares(y, 0, length, floatMean) / finite));
    mean = floatMean;
    std = floatStd;
    count = finite == 0 || !Float.isFinite(floatStd) ? 0 : beyond(y, length, floatMean, floatStd);
    for (int i = 0; i < length && infinite > 0; i++) {
      if (Float.isInfinite(x[i])) {
        add(i);
      }
    }
    return count;
  }

  /** Leaves in the scratch space the values with the mean in place of those that are not finite. */
  private void measureWithGaps(double[] x, int length) {
    if (doubleScratch.length < length) {
      doubleScratch = new double[length];
    }
    double[] y = doubleScratch;
    finite = 0;
    for (int i = 0; i < length; i++) {
      boolean isFinite = Double.isFinite(x[i]);
      y[i] = isFinite ? x[i] : 0;
      finite += isFinite ? 1 : 0;
      missing += Double.isNaN(x[i]) ? 1 : 0;
    }
    mean = kernel.sum(y, 0, length) / finite;
    for (int i = 0; i < length; i++) {
      y[i] = Double.isFinite(x[i]) ? x[i] : mean;
    }
    squares = kernel.squares(y, 0, length, mean);
  }

  private int judgeWithGaps(double[] x, int length) {
    count = finite == 0 || !Double.isFinite(std) ? 0 : beyond(doubleScratch, length, mean, std);
    for (int i = 0; i < length && finite + missing < length; i++) {
      if (Double.isInfinite(x[i])) {
        add(i);
      }
    }
    return count;
  }

  /** Puts a place among the others, which are in order. */
  private void add(int place) {
    int at = -Arrays.binarySearch(places, 0, count, place) - 1;
    System.arraycopy(places, at, places, at + 1, count - at);
    places[at] = place;
    count++;
  }

  /** Flagged values of the last chunk. */
  public int count() {
    return count;
  }

  /**
   * Places of the flagged values of the last chunk, rising; the first {@link #count} are valid
   * until the next.
   */
  public int[] places() {
    return places;
  }

  /** NaNs of the last chunk. */
  public int missing() {
    return missing;
  }

  /** Finite values of the last chunk that was measured. */
  public int finite() {
    return finite;
  }

  /** Their squared distances from the mean, added up. */
  public double squares() {
    return squares;
  }

  /** Mean of the last chunk; NaN where it had no finite value. */
  public double mean() {
    return mean;
  }

  /** Population standard deviation of the last chunk. */
  public double std() {
    return std;
  }

  /** The score of one value of the last chunk. */
  public double score(double value) {
    return (value - mean) / std;
  }
}
