package tickwatch.detector.model;

import java.util.Arrays;
import org.jspecify.annotations.Nullable;
import tickwatch.detector.preprocess.Scaler;
import tickwatch.detector.preprocess.WindowFeatures;

/**
 * Judges what the last rows are like: the {@link WindowFeatures} of all channels, standardised, are
 * the row that another detector reads, principal components or a forest. A channel's error is what
 * its features are off: the root mean square of their errors, or the sum of their parts of a
 * forest's score.
 *
 * <p>It learns from at most {@value #MAX_LEARNT} rows, spread evenly: neighbours are alike.
 */
final class FeatureDetector implements RowDetector {
  private static final int MAX_LEARNT = 3000;
  private static final double CLIP = 20;

  /** A feature's scale is at least this share of that of the median channel's same feature. */
  private static final double FLOOR = 0.1;

  private final int channels;
  private final int[] lengths;
  private final WindowFeatures features;
  private final Scaler scaler;
  private final DetectorKind kind;
  private final RowDetector judge;
  private final double[] row;
  private final Reading read;

  private FeatureDetector(
      int channels, int[] lengths, Scaler scaler, DetectorKind kind, RowDetector judge) {
    this.channels = channels;
    this.lengths = lengths;
    this.features = new WindowFeatures(channels, lengths);
    this.scaler = scaler;
    this.kind = kind;
    this.judge = judge;
    this.row = new double[features.outputs()];
    this.read = new Reading(row.length);
  }

  /**
   * Learns from normal rows.
   *
   * @param lengths of the windows
   * @param forest how a forest learns that is to judge; null for principal components
   */
  static FeatureDetector fit(
      NormalRows rows, int[] lengths, DetectorKind.@Nullable Fitting forest, long seed) {
    int channels = rows.channels();
    WindowFeatures features = new WindowFeatures(channels, lengths);
    int width = features.outputs();
    int full = rows.rows() - features.longest() + 1;
    if (full < 2) {
      throw new IllegalArgumentException(
          rows.rows() + " rows for windows of " + features.longest() + " (expected: more rows)");
    }
    int count = Math.min(full, MAX_LEARNT);
    double[] learnt = new double[count * width];
    double[] row = new double[width];
    int taken = 0;
    int seen = 0;
    for (int t = 0; t < rows.rows(); t++) {
      if (features.row(rows.filled(), t * channels, row)) {
        if ((long) seen * count / full >= taken) {
          System.arraycopy(row, 0, learnt, taken * width, width);
          taken++;
        }
        seen++;
      }
    }
    learnt = Arrays.copyOf(learnt, taken * width);
    Scaler scaler = scaler(learnt, width, channels);
    for (int i = 0; i < learnt.length; i++) {
      learnt[i] = scaler.standardised(i % width, learnt[i]);
    }
    NormalRows normal = new NormalRows(learnt, learnt, width);
    DetectorKind kind = forest == null ? DetectorKind.PCA : DetectorKind.FOREST;
    RowDetector judge = forest == null ? PrincipalComponents.fit(normal) : forest.fit(normal, seed);
    return new FeatureDetector(channels, lengths, scaler, kind, judge);
  }

  /**
   * Each feature's floor is that of the same feature of the other channels, which are all in their
   * own deviations: a feature that hardly ever changed must not own the score.
   */
  private static Scaler scaler(double[] learnt, int width, int channels) {
    int rows = learnt.length / width;
    double[] centre = new double[width];
    double[] scale = new double[width];
    for (int i = 0; i < learnt.length; i++) {
      centre[i % width] += learnt[i] / rows;
    }
    for (int i = 0; i < learnt.length; i++) {
      double off = learnt[i] - centre[i % width];
      scale[i % width] += off * off / rows;
    }
    for (int feature = 0; feature < width; feature += channels) {
      double[] alike = new double[channels];
      for (int c = 0; c < channels; c++) {
        alike[c] = Math.sqrt(scale[feature + c]);
      }
      Scales.floor(alike, FLOOR);
      System.arraycopy(alike, 0, scale, feature, channels);
    }
    return new Scaler(centre, scale);
  }

  @Override
  public boolean row(double[] z, int from, double[] filled, Reading reading) {
    if (!features.row(filled, 0, row)) {
      return false;
    }
    for (int i = 0; i < row.length; i++) {
      row[i] = Math.max(-CLIP, Math.min(CLIP, scaler.standardised(i, row[i])));
    }
    if (!judge.row(row, 0, row, read)) {
      return false;
    }
    boolean parts = judge.isDistance();
    for (int c = 0; c < channels; c++) {
      double sum = 0;
      for (int i = c; i < row.length; i += channels) {
        double error = read.errors[i];
        sum += parts ? Math.abs(error) : error * error;
      }
      double error = parts ? sum : Math.sqrt(sum * channels / row.length);
      reading.errors[c] = Double.isNaN(z[from + c]) ? Double.NaN : error;
      reading.expected[c] = Double.NaN;
    }
    return true;
  }

  @Override
  public boolean expects() {
    return false;
  }

  @Override
  public boolean isDistance() {
    return judge.isDistance();
  }

  @Override
  public void save(Numbers to) {
    to.put(channels).put(Arrays.stream(lengths).asDoubleStream().toArray());
    to.put(scaler.centres()).put(scaler.scales()).put(features.save());
    to.put(kind.code());
    judge.save(to);
  }

  static FeatureDetector restore(Numbers from) {
    int channels = from.takeCount();
    int[] lengths = Arrays.stream(from.takeArray()).mapToInt(length -> (int) length).toArray();
    Scaler scaler = new Scaler(from.takeArray(), from.takeArray());
    double[] remembered = from.takeArray();
    DetectorKind kind = DetectorKind.ofCode(from.takeCount());
    FeatureDetector restored =
        new FeatureDetector(channels, lengths, scaler, kind, kind.restore(from));
    restored.features.restore(remembered);
    return restored;
  }
}
