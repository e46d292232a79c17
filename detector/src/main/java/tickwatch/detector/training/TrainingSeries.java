package tickwatch.detector.training;

import java.util.Arrays;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import tickwatch.detector.evaluation.LabelledSeries;
import tickwatch.detector.model.Scales;
import tickwatch.detector.preprocess.CarryForward;
import tickwatch.detector.preprocess.Scaler;

/**
 * Rows of one sensor that count as normal, oldest first.
 *
 * @param times nanoseconds since 2000.01.01, ascending
 * @param values of each channel, NaN where missing
 * @param file where they are from, and {@code sha256} of it, for the record
 */
@SuppressWarnings("ArrayRecordComponent") // handed over once, never compared
public record TrainingSeries(
    String sym,
    List<String> channels,
    long[] times,
    double[][] values,
    String file,
    String sha256) {
  private static final double FITTED = 0.75;
  private static final double SECONDS_PER_DAY = 86_400;
  private static final double NANOS_PER_SECOND = 1e9;
  private static final double USUAL_STEP = 60;

  public TrainingSeries {
    channels = List.copyOf(channels);
    if (values.length != channels.size()
        || Arrays.stream(values).anyMatch(column -> column.length != times.length)) {
      throw new IllegalArgumentException(sym + ": columns of different lengths");
    }
  }

  /**
   * The first rows of a series.
   *
   * @param file and {@code sha256} as the record has them
   * @throws IllegalArgumentException if they are not in the order of their times
   */
  public static TrainingSeries firstRows(
      LabelledSeries series, int count, String file, String sha256) {
    long[] times = Arrays.copyOf(series.times(), count);
    for (int t = 1; t < count; t++) {
      if (times[t] < times[t - 1]) {
        throw new IllegalArgumentException(
            file
                + ": row "
                + (t + 1)
                + " of "
                + series.name()
                + " is earlier than the one before it (expected: rows in order of time; sort them)");
      }
    }
    double[][] values = new double[series.channels().size()][];
    for (int c = 0; c < values.length; c++) {
      values[c] = Arrays.copyOf(series.values()[c], count);
    }
    return new TrainingSeries(series.name(), series.channels(), times, values, file, sha256);
  }

  public int rows() {
    return times.length;
  }

  /**
   * Makes sure that sensors go together.
   *
   * @throws IllegalArgumentException if they differ in channels or two have one name
   */
  public static void requireAlike(List<TrainingSeries> all) {
    TrainingSeries first = all.get(0);
    Set<String> names = new HashSet<>();
    for (TrainingSeries one : all) {
      if (!one.channels().equals(first.channels())) {
        throw new IllegalArgumentException(
            one.file()
                + ": channels "
                + String.join(", ", one.channels())
                + " (expected: as in "
                + first.file()
                + ": "
                + String.join(", ", first.channels())
                + ")");
      }
      if (!names.add(one.sym())) {
        throw new IllegalArgumentException(
            "two sensors are called " + one.sym() + " (expected: different names; rename a file)");
      }
    }
  }

  /** Some of its rows. */
  TrainingSeries rows(int from, int to) {
    double[][] some = new double[values.length][];
    for (int c = 0; c < some.length; c++) {
      some[c] = Arrays.copyOfRange(values[c], from, to);
    }
    return new TrainingSeries(
        sym, channels, Arrays.copyOfRange(times, from, to), some, file, sha256);
  }

  /** The rows that are learnt from; the others are held out. */
  int fittedRows() {
    return (int) (rows() * FITTED);
  }

  /** By the median step. */
  double rowsPerDay() {
    long[] steps = new long[Math.max(0, times.length - 1)];
    for (int t = 0; t < steps.length; t++) {
      steps[t] = times[t + 1] - times[t];
    }
    Arrays.sort(steps);
    double step = steps.length == 0 ? 0 : steps[steps.length / 2] / NANOS_PER_SECOND;
    return SECONDS_PER_DAY / (step > 0 ? step : USUAL_STEP);
  }

  /**
   * Mean and deviation of each channel over several sensors, as a model's file will have them. Each
   * channel is heard in its own unit, whatever the others' are.
   */
  static Scaler scaler(List<TrainingSeries> all) {
    int channels = all.get(0).channels().size();
    double[] centre = new double[channels];
    double[] scale = new double[channels];
    for (int c = 0; c < channels; c++) {
      // Summed from the first value on: the mean of a channel that never moved is its value.
      double first = 0;
      double sum = 0;
      long there = 0;
      for (TrainingSeries one : all) {
        for (double value : one.values[c]) {
          if (!Double.isNaN(value)) {
            first = there == 0 ? value : first;
            sum += value - first;
            there++;
          }
        }
      }
      centre[c] = there == 0 ? 0 : first + sum / there;
      double squares = 0;
      for (TrainingSeries one : all) {
        for (double value : one.values[c]) {
          if (!Double.isNaN(value)) {
            squares += (value - centre[c]) * (value - centre[c]);
          }
        }
      }
      scale[c] = there == 0 ? 0 : Math.sqrt(squares / there);
    }
    Scales.ofConstants(centre, scale, Scales.OF_CONSTANT_HEARD);
    return ModelJson.rounded(centre, scale);
  }

  /** z-scores, NaN where missing, {@code rows × channels}. */
  double[] z(Scaler scaler) {
    int count = channels.size();
    double[] z = new double[rows() * count];
    for (int c = 0; c < count; c++) {
      for (int t = 0; t < rows(); t++) {
        z[t * count + c] = scaler.standardised(c, values[c][t]);
      }
    }
    return z;
  }

  /** What a network reads: z-scores carried forward and clipped, {@code rows × channels}. */
  float[] inputs(double[] z, double clip) {
    int count = channels.size();
    float[] inputs = new float[z.length];
    CarryForward carried = new CarryForward(count);
    for (int t = 0; t < rows(); t++) {
      double[] filled = carried.fill(z, t * count);
      for (int c = 0; c < count; c++) {
        inputs[t * count + c] = (float) Math.max(-clip, Math.min(clip, filled[c]));
      }
    }
    return inputs;
  }
}
