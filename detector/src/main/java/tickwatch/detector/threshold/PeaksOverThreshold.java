package tickwatch.detector.threshold;

import java.util.Arrays;

/**
 * The tail of normal scores: what exceeds {@code initial}, their {@code level} quantile, follows a
 * generalised Pareto distribution. It says which score a normal row exceeds with a probability
 * smaller than any that was counted.
 *
 * <p>Shape and spread are those of greatest likelihood (Grimshaw's reduction to one unknown, over a
 * grid). The shape is kept from -0.2 to 0.4, since a tail of a few hundred rows is badly known.
 *
 * <p><b>Of few stretches.</b> Scores are averages of neighbours, so they come in stretches that are
 * alike, and a tail of a few stretches says next to nothing: from ten excesses the greatest
 * likelihood gives any shape, and levels that differ by a factor of two for the same sensor. So
 * with n stretches the shape counts {@code n / (n + 20)}, that of an exponential the rest; the mean
 * excess counts {@code n / (n + 100)}, the rest is 0.48 of what {@code initial} is above the
 * median.
 *
 * @param level share of the scores below {@code initial}
 * @param shape of the distribution; 0 is exponential
 * @param spread its scale, above 0
 */
public record PeaksOverThreshold(double level, double initial, double shape, double spread) {
  public static final double LEVEL = 0.98;

  /** Excesses that a tail is fitted from; fewer tell nothing. */
  private static final int MIN_EXCESSES = 10;

  private static final double MIN_SHAPE = -0.2;
  private static final double MAX_SHAPE = 0.4;
  private static final double STRETCHES_OF_SHAPE = 20;
  private static final double STRETCHES_OF_EXCESS = 100;
  private static final double USUAL_EXCESS = 0.48;

  /** Fits the tail of many scores: as the other with stretches without end. */
  public static PeaksOverThreshold fit(double[] sorted) {
    return fit(sorted, 1e15);
  }

  /**
   * Fits the tail of scores.
   *
   * @param sorted ascending, at least one
   * @param stretches how many of them are independent of each other, above 0
   */
  public static PeaksOverThreshold fit(double[] sorted, double stretches) {
    // Of few scores a larger share must do.
    double level = Math.max(0.5, Math.min(LEVEL, 1 - (MIN_EXCESSES + 1.0) / sorted.length));
    double initial = quantile(sorted, level);
    double[] excess =
        Arrays.stream(sorted).filter(score -> score > initial).map(s -> s - initial).toArray();
    double mean = Arrays.stream(excess).average().orElse(0);
    double shape = excess.length < MIN_EXCESSES ? 0 : shape(excess, mean);
    double usual = USUAL_EXCESS * (initial - quantile(sorted, 0.5));
    double drawnShape = shape * stretches / (stretches + STRETCHES_OF_SHAPE);
    double drawnMean = usual + (mean - usual) * stretches / (stretches + STRETCHES_OF_EXCESS);
    double least = Math.max(1e-9, 1e-3 * Math.abs(initial));
    return new PeaksOverThreshold(
        level, initial, drawnShape, Math.max(least, drawnMean * (1 - drawnShape)));
  }

  /** The shape of greatest likelihood. */
  private static double shape(double[] excess, double mean) {
    double top = excess[excess.length - 1];
    double bestLikelihood = -Math.log(mean) - 1 + 1e-9;
    double shape = 0;
    for (int i = 0; i < 1200; i++) {
      double theta =
          i < 400
              ? (-0.95 + i * (0.95 - 1e-3) / 399) / top
              : 1e-4 / mean * Math.pow(20 / 1e-4, (i - 400) / 799.0);
      double sum = 0;
      for (double x : excess) {
        sum += Math.log1p(theta * x);
      }
      double oneShape = sum / excess.length;
      double oneSpread = oneShape / theta;
      double likelihood =
          oneSpread > 0 ? -Math.log(oneSpread) - (1 + oneShape) : Double.NEGATIVE_INFINITY;
      if (likelihood > bestLikelihood) {
        bestLikelihood = likelihood;
        shape = oneShape;
      }
    }
    return Math.max(MIN_SHAPE, Math.min(MAX_SHAPE, shape));
  }

  /**
   * The score that a normal row exceeds with this probability.
   *
   * @param probability above 0; {@code initial} is the least answer
   */
  public double exceededWith(double probability) {
    double ratio = probability / (1 - level);
    if (ratio >= 1) {
      return initial;
    }
    return Math.abs(shape) < 1e-9
        ? initial - spread * Math.log(ratio)
        : initial + spread / shape * (Math.pow(ratio, -shape) - 1);
  }

  static double quantile(double[] sorted, double share) {
    double at = share * (sorted.length - 1);
    int below = (int) Math.floor(at);
    int above = Math.min(below + 1, sorted.length - 1);
    return sorted[below] + (at - below) * (sorted[above] - sorted[below]);
  }
}
