package tickwatch.detector.model;

import org.jspecify.annotations.Nullable;
import tickwatch.series.linear.LinearAlgebra;

/**
 * Forecasts all channels from the recent past of all channels, linearly: a vector autoregression
 * with the lags 1, 2, 3, 5, 10 and 20, fitted by ridge regression.
 *
 * <p>What is fitted is the change since the last known row, so the ridge draws the forecast to "it
 * stays as it is" (as the Minnesota prior of econometrics does) and not to the mean of the normal
 * rows: a stream whose level has moved is still forecast. The ridge is a tenth of the rows fitted,
 * in z units. Inputs are clipped to ± 20.
 *
 * <p><b>Given the others.</b> Where {@code shrinkage} is above 0, an error is what is left of it
 * when the errors of the other channels in the same row are known ({@link GivenOthers}). A wave
 * that moves all channels as they always move together counts less, a channel that leaves the
 * others counts more.
 */
final class VectorAutoregression implements RowDetector {
  /** Rows behind the last known one. */
  private static final int[] LAGS = {0, 1, 2, 4, 9, 19};

  private static final int RING = LAGS[LAGS.length - 1] + 1;

  /** Of inputs, targets and errors. */
  private static final double CLIP = 20;

  /** Of errors, where their correlation is learnt. */
  private static final double CORRELATED_CLIP = 5;

  private static final double RIDGE = 0.1;

  private final int channels;
  private final int horizon;

  /** {@code features × channels}. */
  private final float[] weights;

  /**
   * Errors to errors given the others, {@code channels × channels}; null for errors as they are.
   */
  private final float @Nullable [] conditional;

  private final Past past;

  /** Forecasts made and not yet judged, {@code horizon × channels}. */
  private final float[] forecasts;

  private final double[] errors;
  private long rows;

  private VectorAutoregression(
      int channels, int horizon, float[] weights, float @Nullable [] conditional) {
    this.channels = channels;
    this.horizon = horizon;
    this.weights = weights;
    this.conditional = conditional;
    this.past = new Past(channels);
    this.forecasts = new float[horizon * channels];
    this.errors = new double[channels];
  }

  /** The last rows, clipped. */
  private static final class Past {
    private final int channels;
    private final float[] ring;
    private int next;

    Past(int channels) {
      this.channels = channels;
      this.ring = new float[RING * channels];
    }

    static int features(int channels) {
      return LAGS.length * channels + 1;
    }

    void push(double[] filled, int from) {
      int at = next * channels;
      for (int c = 0; c < channels; c++) {
        ring[at + c] = (float) Math.max(-CLIP, Math.min(CLIP, filled[from + c]));
      }
      next = next + 1 == RING ? 0 : next + 1;
    }

    /** Where the row of a lag begins in the ring. */
    private int lag(int lag) {
      int row = next - 1 - lag;
      return (row < 0 ? row + RING : row) * channels;
    }

    void write(float[] features) {
      int to = 0;
      for (int lag : LAGS) {
        System.arraycopy(ring, lag(lag), features, to, channels);
        to += channels;
      }
      features[to] = 1;
    }

    /** The last row plus weights × features, to the row of {@code target} that begins at to. */
    void forecast(float[] weights, float[] target, int to) {
      System.arraycopy(ring, lag(0), target, to, channels);
      int w = 0;
      for (int lag : LAGS) {
        int from = lag(lag);
        for (int i = from; i < from + channels; i++) {
          float value = ring[i];
          for (int c = 0; c < channels; c++) {
            target[to + c] += value * weights[w + c];
          }
          w += channels;
        }
      }
      for (int c = 0; c < channels; c++) {
        target[to + c] += weights[w + c];
      }
    }
  }

  /**
   * Learns from normal rows.
   *
   * @param horizon how many rows ahead a forecast is, at least 1
   * @param shrinkage above 0 for errors given the other channels'; 0 for errors as they are
   */
  static VectorAutoregression fit(NormalRows rows, int horizon, double shrinkage) {
    int channels = rows.channels();
    int features = Past.features(channels);
    double[] gram = new double[features * features];
    double[] cross = new double[features * channels];
    double[] filled = rows.filled();
    float[] x = new float[features];
    double[] y = new double[channels];
    Past past = new Past(channels);
    int fitted = 0;
    for (int t = 0; t + horizon < rows.rows(); t++) {
      past.push(filled, t * channels);
      if (t + 1 < RING) {
        continue;
      }
      past.write(x);
      for (int c = 0; c < channels; c++) {
        y[c] = rows.clipped(t + horizon, c, CLIP) - x[c];
      }
      add(gram, features, x, cross, y);
      fitted++;
    }
    for (int i = 0; i < features; i++) {
      gram[i * features + i] += i + 1 == features ? 1e-6 : RIDGE * Math.max(1, fitted);
    }
    LinearAlgebra.solve(gram, features, cross, channels);
    float[] weights = new float[cross.length];
    for (int i = 0; i < weights.length; i++) {
      weights[i] = (float) cross[i];
    }
    float[] conditional = null;
    if (shrinkage > 0 && channels > 1) {
      VectorAutoregression plain = new VectorAutoregression(channels, horizon, weights, null);
      conditional = conditional(plain, rows, shrinkage);
    }
    return new VectorAutoregression(channels, horizon, weights, conditional);
  }

  private static void add(double[] gram, int features, float[] x, double[] cross, double[] y) {
    for (int i = 0; i < features; i++) {
      double value = x[i];
      int g = i * features;
      for (int j = 0; j <= i; j++) {
        gram[g + j] += value * x[j];
      }
      int k = i * y.length;
      for (int c = 0; c < y.length; c++) {
        cross[k + c] += value * y[c];
      }
    }
  }

  /** From errors in z units to errors given the others, in z units. */
  private static float[] conditional(
      VectorAutoregression plain, NormalRows rows, double shrinkage) {
    int channels = rows.channels();
    Reading reading = new Reading(channels);
    double[] filled = new double[channels];
    double[][] errors = new double[rows.rows()][];
    int count = 0;
    double[] squares = new double[channels];
    for (int t = 0; t < rows.rows(); t++) {
      System.arraycopy(rows.filled(), t * channels, filled, 0, channels);
      if (plain.row(filled, 0, filled, reading)) {
        errors[count] = reading.errors.clone();
        for (int c = 0; c < channels; c++) {
          squares[c] += reading.errors[c] * reading.errors[c];
        }
        count++;
      }
    }
    if (count == 0) {
      float[] none = new float[channels * channels];
      for (int c = 0; c < channels; c++) {
        none[c * channels + c] = 1;
      }
      return none;
    }
    double[] scale = new double[channels];
    for (int c = 0; c < channels; c++) {
      scale[c] = Math.sqrt(squares[c] / count);
    }
    Scales.floor(scale, Scales.ERROR_FLOOR);
    double[] correlation = new double[channels * channels];
    double[] r = new double[channels];
    for (int t = 0; t < count; t++) {
      for (int c = 0; c < channels; c++) {
        r[c] = Math.max(-CORRELATED_CLIP, Math.min(CORRELATED_CLIP, errors[t][c] / scale[c]));
      }
      for (int i = 0; i < channels; i++) {
        for (int j = 0; j < channels; j++) {
          correlation[i * channels + j] += r[i] * r[j] / count;
        }
      }
    }
    return GivenOthers.of(correlation, scale, shrinkage);
  }

  @Override
  public boolean row(double[] z, int from, double[] filled, Reading reading) {
    int at = (int) (rows % horizon) * channels;
    boolean judged = rows >= horizon + RING - 1;
    if (judged) {
      judge(z, from, at, reading);
    }
    past.push(filled, 0);
    past.forecast(weights, forecasts, at);
    rows++;
    return judged;
  }

  private void judge(double[] z, int from, int at, Reading reading) {
    double[] there = conditional == null ? reading.errors : errors;
    for (int c = 0; c < channels; c++) {
      there[c] = z[from + c] - forecasts[at + c];
    }
    if (conditional != null) {
      GivenOthers.apply(conditional, there, reading.errors);
    }
    for (int c = 0; c < channels; c++) {
      reading.expected[c] =
          Double.isNaN(reading.errors[c]) ? forecasts[at + c] : z[from + c] - reading.errors[c];
    }
  }

  @Override
  public boolean expects() {
    return true;
  }

  @Override
  public void save(Numbers to) {
    to.put(channels).put(horizon).put(weights);
    to.put(conditional == null ? new float[0] : conditional);
    to.put(past.ring).put(past.next);
    to.put(forecasts).put((double) rows);
  }

  static VectorAutoregression restore(Numbers from) {
    int channels = from.takeCount();
    int horizon = from.takeCount();
    float[] weights = from.takeFloats();
    float[] conditional = from.takeFloats();
    VectorAutoregression restored =
        new VectorAutoregression(
            channels, horizon, weights, conditional.length == 0 ? null : conditional);
    copy(from.takeFloats(), restored.past.ring);
    restored.past.next = from.takeCount();
    copy(from.takeFloats(), restored.forecasts);
    restored.rows = (long) from.take();
    return restored;
  }

  private static void copy(float[] from, float[] to) {
    if (from.length != to.length) {
      throw new IllegalArgumentException(from.length + " numbers for " + to.length);
    }
    System.arraycopy(from, 0, to, 0, to.length);
  }
}
