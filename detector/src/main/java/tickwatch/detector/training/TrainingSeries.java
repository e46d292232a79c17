package tickwatch.detector.training;

import java.util.Arrays;
import java.util.List;
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

  public int rows() {
    return times.length;
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

  /** Mean and deviation of each channel over several sensors, as a model's file will have them. */
  static Scaler scaler(List<TrainingSeries> all) {
    int channels = all.get(0).channels().size();
    double[] centre = new double[channels];
    double[] scale = new double[channels];
    for (int c = 0; c < channels; c++) {
      double sum = 0;
      long there = 0;
      for (TrainingSeries one : all) {
        for (double value : one.values[c]) {
          if (!Double.isNaN(value)) {
            sum += value;
            there++;
          }
        }
      }
      centre[c] = there == 0 ? 0 : sum / there;
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
    Scales.floor(scale, Scales.INPUT_FLOOR);
    return new Scaler(ModelJson.rounded(centre), ModelJson.rounded(scale));
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
