package tickwatch.series.detect;

import java.nio.DoubleBuffer;
import java.nio.FloatBuffer;
import java.util.Arrays;
import org.jspecify.annotations.Nullable;
import tickwatch.series.SeriesException;
import tickwatch.series.VectorUnit;
import tickwatch.series.detect.ZScoreKernel.Survey;

/**
 * Judges a chunk of values by {@code |(x - mean) / std| > threshold}, mean and population standard
 * deviation being the chunk's own.
 *
 * <p>The answer is NumPy's for {@code abs((x - x.mean()) / x.std()) > threshold} on the same chunk
 * in the same item type, for every value. To have it without a division a value, the smallest
 * distance that NumPy's expression would flag is found first, among the numbers of the item type;
 * since the expression rises with the distance, comparing with that one is the same.
 *
 * <p><b>One pass instead of three.</b> NumPy's mean is known after one pass over the values, its
 * deviation after a second, what is flagged after a third. Where the chunk before is a good guess,
 * one pass is enough. It takes NumPy's sum, the squared distances from the guessed mean, and the
 * places of values that are nearly as far from it as is flagged. The mean is then NumPy's own, and
 * its deviation lies between two bounds, {@link #bounds}, a few millionths of it apart (for
 * doubles, less than 1e-12). Unless a value lies between the distances that are flagged with the
 * one and with the other, which is seldom, all is decided; else the chunk is judged by NumPy's
 * three passes. So the guess has a say in the time, never in the answer.
 *
 * <p><b>Missing values.</b> NaN is a missing value and an infinity a broken one: both are left out
 * of mean and deviation (as {@code numpy.nanmean} and {@code nanstd} do); NaN is never flagged, an
 * infinity always. A chunk whose deviation is 0 has nothing to flag but what differs from its mean.
 *
 * <p><b>Threads.</b> One thread; an instance keeps the results of the last chunk and scratch space.
 */
public final class ZScore {
  /** Shorter chunks scatter too much for the one before to be a guess. */
  private static final int LEAST_SURVEYED = 1024;

  /** Values that are copied from a buffer at a time and stay in the nearest cache until judged. */
  private static final int PIECE = 512;

  /**
   * Roundings, one upon the other, that a square may have gone through in NumPy's sum of them: 3
   * make it, 25 are within a stretch, 20 above for the longest chunk. A value, in NumPy's mean,
   * goes through fewer.
   */
  private static final int NUMPY_ROUNDINGS = 48;

  private static final double FLOAT_UNIT = 0x1p-24;
  private static final double DOUBLE_UNIT = 0x1p-53;

  private final double threshold;
  private final ZScoreKernel kernel;
  private final Survey noted = new Survey();
  private int count;
  private int missing;
  private int finite;
  private double mean;
  private double squares;
  private double std;

  // The last chunk: an array, or a buffer until somebody needs it as an array.
  private boolean isFloats;
  private int length;
  private @Nullable FloatBuffer floatBuffer;
  private float[] floats = new float[0];
  private float[] floatCopy = new float[0];
  private final float[] floatPiece = new float[PIECE];
  private float[] floatScratch = new float[0];
  private @Nullable DoubleBuffer doubleBuffer;
  private double[] doubles = new double[0];
  private double[] doubleCopy = new double[0];
  private final double[] doublePiece = new double[PIECE];
  private double[] doubleScratch = new double[0];

  /** Whether the last chunk's deviation is known to lie between the bounds, and no better. */
  private boolean stdIsOpen;

  private double lowVariance;
  private double highVariance;

  /** Mean and least flagged distance of the chunk before; NaN where they are no guess. */
  private double guessedMean = Double.NaN;

  private double guessedCut = Double.NaN;

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

  /**
   * Judges the first {@code length} values; returns how many are flagged. They must stay as they
   * are until {@link #std} and {@link #score} have been asked.
   */
  public int judge(float[] x, int length) {
    floats = x;
    floatBuffer = null;
    return judgeFloats(length);
  }

  /** The same for values in a buffer, the first of which is {@code x.get(0)}. */
  public int judge(FloatBuffer x, int length) {
    floatBuffer = x;
    return judgeFloats(length);
  }

  /**
   * Judges the first {@code length} values; returns how many are flagged. They must stay as they
   * are until {@link #std} and {@link #score} have been asked.
   */
  public int judge(double[] x, int length) {
    doubles = x;
    doubleBuffer = null;
    return judgeDoubles(length);
  }

  /** The same for values in a buffer, the first of which is {@code x.get(0)}. */
  public int judge(DoubleBuffer x, int length) {
    doubleBuffer = x;
    return judgeDoubles(length);
  }

  private int judgeFloats(int length) {
    room(length);
    isFloats = true;
    if (length > 0 && !(hasGuess() && isSettledInFloats())) {
      judgeExactly(floats(), length);
    }
    return count;
  }

  private int judgeDoubles(int length) {
    room(length);
    isFloats = false;
    if (length > 0 && !(hasGuess() && isSettledInDoubles())) {
      judgeExactly(doubles(), length);
    }
    return count;
  }

  private boolean hasGuess() {
    return length >= LEAST_SURVEYED && !Double.isNaN(guessedCut);
  }

  private void guess(double mean, double cut) {
    guessedMean = mean;
    guessedCut = cut;
  }

  /**
   * The square of the distance from which on values are noted: below the guess by four times what
   * chunks of normals differ from each other in.
   */
  private double near() {
    double distance = guessedCut * (1 - 4 / Math.sqrt(length));
    return distance * distance;
  }

  /** Judges the chunk in one pass, or says that it cannot be. */
  private boolean isSettledInFloats() {
    float centre = (float) guessedMean;
    float near = (float) near();
    float floatMean = (float) ((double) survey(0, length, centre, near) / length);
    if (!bounds(floatMean, centre, FLOAT_UNIT, 0x1p-100, 0x1p124)) {
      return false;
    }
    float low = cut((float) Math.sqrt((float) lowVariance));
    float high = cut((float) Math.sqrt((float) highVariance));
    if (!reaches(near, low, floatMean - (double) centre, FLOAT_UNIT)) {
      noted.found = noteBeyond(floats(), floatMean, low);
    }
    for (int k = 0; k < noted.found; k++) {
      float distance = Math.abs((float) noted.values[k] - floatMean);
      if (distance >= high) {
        noted.places[count] = noted.places[k];
        noted.values[count++] = noted.values[k];
      } else if (distance >= low) {
        return false;
      }
    }
    mean = floatMean;
    stdIsOpen = true;
    guess(mean, low);
    return true;
  }

  /** Judges the chunk in one pass, or says that it cannot be. */
  private boolean isSettledInDoubles() {
    double centre = guessedMean;
    double near = near();
    double doubleMean = survey(0, length, centre, near) / length;
    if (!bounds(doubleMean, centre, DOUBLE_UNIT, 0x1p-960, 0x1p1020)) {
      return false;
    }
    double low = cut(Math.sqrt(lowVariance));
    double high = cut(Math.sqrt(highVariance));
    if (!reaches(near, low, doubleMean - centre, DOUBLE_UNIT)) {
      noted.found = noteBeyond(doubles(), doubleMean, low);
    }
    for (int k = 0; k < noted.found; k++) {
      double distance = Math.abs(noted.values[k] - doubleMean);
      if (distance >= high) {
        noted.places[count] = noted.places[k];
        noted.values[count++] = noted.values[k];
      } else if (distance >= low) {
        return false;
      }
    }
    mean = doubleMean;
    stdIsOpen = true;
    guess(mean, low);
    return true;
  }

  /** Sums a node of the pairwise tree, noting what lies far from the guess. */
  private float survey(int from, int count, float centre, float near) {
    FloatBuffer buffer = floatBuffer;
    if (buffer == null) {
      return kernel.survey(floats, from, count, from, centre, near, noted);
    }
    if (count > PIECE) {
      int half = ZScoreKernel.half(count);
      return survey(from, half, centre, near) + survey(from + half, count - half, centre, near);
    }
    buffer.get(from, floatPiece, 0, count);
    return kernel.survey(floatPiece, 0, count, from, centre, near, noted);
  }

  /** Sums a node of the pairwise tree, noting what lies far from the guess. */
  private double survey(int from, int count, double centre, double near) {
    DoubleBuffer buffer = doubleBuffer;
    if (buffer == null) {
      return kernel.survey(doubles, from, count, from, centre, near, noted);
    }
    if (count > PIECE) {
      int half = ZScoreKernel.half(count);
      return survey(from, half, centre, near) + survey(from + half, count - half, centre, near);
    }
    buffer.get(from, doublePiece, 0, count);
    return kernel.survey(doublePiece, 0, count, from, centre, near, noted);
  }

  /**
   * Bounds of the variance as NumPy computes it, from the squares about the guess {@code c}.
   *
   * <p>With NumPy's mean {@code m}, the true mean {@code μ} and {@code d = m - c}, the mean of
   * {@code (x - m)²} is that of {@code (x - c)²}, less {@code d² + 2d(μ - m)}. Each of its sums and
   * ours is a sum of numbers that went through a known number of roundings, each of at most a unit
   * of the number: a distance is rounded relative to itself, wherever the values lie. So {@code |μ
   * - m|} is at most {@link #NUMPY_ROUNDINGS} units of the mean of {@code |x|}, which is at most
   * {@code |c|} and the root of the mean of {@code (x - c)²}. A third more covers what roundings
   * are beyond their sum and what is computed here.
   *
   * @param unit half of what 1 and the next number of the item type differ in
   * @param least where squares do not lose their last bits, being small
   * @param most where no sum of squares overflows
   * @return false if there are no bounds
   */
  private boolean bounds(double exactMean, double centre, double unit, double least, double most) {
    double square = noted.squares / length;
    if (!(square > least && noted.squares < most)) {
      return false;
    }
    double shift = exactMean - centre;
    double numpy = unit * NUMPY_ROUNDINGS * 4 / 3;
    double ours = unit * ZScoreKernel.SQUARES_ROUNDINGS * 4 / 3 + length * DOUBLE_UNIT;
    double meanError = numpy * (Math.abs(centre) + Math.sqrt(square));
    double error = (numpy + ours) * square + 2 * Math.abs(shift) * meanError;
    lowVariance = square - shift * shift - error;
    highVariance = square - shift * shift + error;
    return lowVariance > least;
  }

  /** Whether every value that is {@code cut} from the mean is noted. */
  private static boolean reaches(double near, double cut, double shift, double unit) {
    double distance = cut * (1 - 2 * unit) - Math.abs(shift);
    return distance > 0 && near <= distance * distance * (1 - 8 * unit);
  }

  /** Notes what lies beyond a cut, if there is one; returns how much that is. */
  private int noteBeyond(float[] x, float mean, float cut) {
    int found = Float.isNaN(cut) ? 0 : kernel.beyond(x, length, mean, cut, noted.places);
    for (int k = 0; k < found; k++) {
      noted.values[k] = x[noted.places[k]];
    }
    return found;
  }

  /** Notes what lies beyond a cut, if there is one; returns how much that is. */
  private int noteBeyond(double[] x, double mean, double cut) {
    int found = Double.isNaN(cut) ? 0 : kernel.beyond(x, length, mean, cut, noted.places);
    for (int k = 0; k < found; k++) {
      noted.values[k] = x[noted.places[k]];
    }
    return found;
  }

  private void judgeExactly(float[] x, int length) {
    float sum = kernel.sum(x, 0, length);
    float floatMean = (float) ((double) sum / length);
    float squares = kernel.squares(x, 0, length, floatMean);
    if (!Float.isFinite(sum) || !Float.isFinite(squares)) {
      judgeWithGaps(x, length);
      guess(Double.NaN, Double.NaN);
      return;
    }
    float floatStd = (float) Math.sqrt((float) ((double) squares / length));
    float cut = cut(floatStd);
    mean = floatMean;
    std = floatStd;
    count = noteBeyond(x, floatMean, cut);
    guess(mean, cut);
  }

  private void judgeExactly(double[] x, int length) {
    measureExactly(x, length);
    if (finite < length) {
      judgeWithGaps(x, length);
      guess(Double.NaN, Double.NaN);
      return;
    }
    double cut = cut(std);
    count = noteBeyond(x, mean, cut);
    guess(mean, cut);
  }

  /** The last chunk as an array. */
  private float[] floats() {
    FloatBuffer buffer = floatBuffer;
    if (buffer != null) {
      if (floatCopy.length < length) {
        floatCopy = new float[length];
      }
      buffer.get(0, floatCopy, 0, length);
      floats = floatCopy;
      floatBuffer = null;
    }
    return floats;
  }

  /** The last chunk as an array. */
  private double[] doubles() {
    DoubleBuffer buffer = doubleBuffer;
    if (buffer != null) {
      if (doubleCopy.length < length) {
        doubleCopy = new double[length];
      }
      buffer.get(0, doubleCopy, 0, length);
      doubles = doubleCopy;
      doubleBuffer = null;
    }
    return doubles;
  }

  /**
   * Takes mean, deviation and missing values of the first {@code length} values and flags none:
   * {@link #finite}, {@link #mean}, {@link #squares}, {@link #std} and {@link #missing} say them.
   */
  public void measure(double[] x, int length) {
    room(length);
    if (length > 0) {
      measureExactly(x, length);
    }
  }

  private void measureExactly(double[] x, int length) {
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
    count = noteBeyond(x, givenMean, limit(givenStd));
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
    noted.clear(length);
    this.length = length;
    count = 0;
    missing = 0;
    finite = 0;
    mean = Double.NaN;
    squares = Double.NaN;
    std = Double.NaN;
    stdIsOpen = false;
  }

  /**
   * The smallest distance that is flagged, or NaN if even the largest is not: bisection over the
   * bits of positive floats, nearly always of the few about {@code threshold × std}.
   */
  private float cut(float std) {
    if (!isFlagged(Float.MAX_VALUE, std)) {
      return Float.NaN;
    }
    int low = 0;
    int high = Float.floatToRawIntBits(Float.MAX_VALUE);
    int near = Float.floatToRawIntBits((float) threshold * std);
    if (near - 4 > low && near + 4 < high) {
      boolean above = isFlagged(Float.intBitsToFloat(near - 4), std);
      boolean below = !isFlagged(Float.intBitsToFloat(near + 4), std);
      low = below ? near + 5 : above ? low : near - 3;
      high = above ? near - 4 : below ? high : near + 4;
    }
    while (low < high) {
      int middle = (low + high) >>> 1;
      if (isFlagged(Float.intBitsToFloat(middle), std)) {
        high = middle;
      } else {
        low = middle + 1;
      }
    }
    return Float.intBitsToFloat(low);
  }

  private boolean isFlagged(float distance, float std) {
    return distance / std > (float) threshold;
  }

  private double cut(double std) {
    if (!isFlagged(Double.MAX_VALUE, std)) {
      return Double.NaN;
    }
    long low = 0;
    long high = Double.doubleToRawLongBits(Double.MAX_VALUE);
    long near = Double.doubleToRawLongBits(threshold * std);
    if (near - 4 > low && near + 4 < high) {
      boolean above = isFlagged(Double.longBitsToDouble(near - 4), std);
      boolean below = !isFlagged(Double.longBitsToDouble(near + 4), std);
      low = below ? near + 5 : above ? low : near - 3;
      high = above ? near - 4 : below ? high : near + 4;
    }
    while (low < high) {
      long middle = (low + high) >>> 1;
      if (isFlagged(Double.longBitsToDouble(middle), std)) {
        high = middle;
      } else {
        low = middle + 1;
      }
    }
    return Double.longBitsToDouble(low);
  }

  private boolean isFlagged(double distance, double std) {
    return distance / std > threshold;
  }

  private void judgeWithGaps(float[] x, int length) {
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
    count = finite == 0 || !Float.isFinite(floatStd) ? 0 : noteBeyond(y, floatMean, cut(floatStd));
    for (int i = 0; i < length && infinite > 0; i++) {
      if (Float.isInfinite(x[i])) {
        add(i, x[i]);
      }
    }
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

  private void judgeWithGaps(double[] x, int length) {
    count = finite == 0 || !Double.isFinite(std) ? 0 : noteBeyond(doubleScratch, mean, cut(std));
    for (int i = 0; i < length && finite + missing < length; i++) {
      if (Double.isInfinite(x[i])) {
        add(i, x[i]);
      }
    }
  }

  /** Puts a place among the others, which are in order. */
  private void add(int place, double value) {
    int at = -Arrays.binarySearch(noted.places, 0, count, place) - 1;
    System.arraycopy(noted.places, at, noted.places, at + 1, count - at);
    System.arraycopy(noted.values, at, noted.values, at + 1, count - at);
    noted.places[at] = place;
    noted.values[at] = value;
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
    return noted.places;
  }

  /** The values at those {@link #places}. */
  public double[] values() {
    return noted.values;
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

  /** Population standard deviation of the last chunk, computed when it is first asked for. */
  public double std() {
    if (stdIsOpen) {
      std =
          isFloats
              ? (float)
                  Math.sqrt(
                      (float) ((double) kernel.squares(floats(), 0, length, (float) mean) / length))
              : Math.sqrt(kernel.squares(doubles(), 0, length, mean) / length);
      stdIsOpen = false;
    }
    return std;
  }

  /** The score of one value of the last chunk. */
  public double score(double value) {
    return (value - mean) / std();
  }
}
