package tickwatch.detector;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import tickwatch.detector.ensemble.MemberScore;
import tickwatch.detector.event.JudgedRow;
import tickwatch.detector.threshold.Threshold;

/** A plain detector for tests: each channel is expected to be what the others say it is. */
final class FromOthers implements JudgedRow {
  private static final double POWER = 1.5;
  private static final double BAND = 3;

  private final int channels;

  /** By channel: a weight for each channel, 0 for itself. */
  private final double[][] weights;

  private final double[] scale;
  private final double[] expected;
  private final double[] shares;
  private double[] actual = {};
  private double shareSum;
  private double q99 = 1;
  private final Threshold threshold;

  /** Fits the first half of normal rows and takes scale and threshold from the second. */
  FromOthers(List<double[]> normal) {
    channels = normal.get(0).length;
    weights = new double[channels][];
    scale = new double[channels];
    expected = new double[channels];
    shares = new double[channels];
    List<double[]> fit = normal.subList(0, normal.size() / 2);
    List<double[]> held = normal.subList(normal.size() / 2, normal.size());
    for (int c = 0; c < channels; c++) {
      weights[c] = weights(fit, c);
      double squares = 0;
      for (double[] row : held) {
        double error = row[c] - expectation(row, c);
        squares += error * error;
      }
      scale[c] = Math.sqrt(squares / held.size());
    }
    List<Double> scores = new ArrayList<>();
    for (double[] row : held) {
      scores.add(score(row));
    }
    double[] sorted = scores.stream().mapToDouble(Double::doubleValue).sorted().toArray();
    q99 = sorted[sorted.length * 99 / 100];
    threshold =
        new Threshold(1.2 * sorted[sorted.length - 1] / q99, sorted[sorted.length / 2] / q99);
  }

  private static double[] weights(List<double[]> rows, int channel) {
    int n = rows.get(0).length;
    double[][] system = new double[n][n + 1];
    for (double[] row : rows) {
      for (int i = 0; i < n; i++) {
        for (int j = 0; j < n; j++) {
          system[i][j] += i == channel || j == channel ? 0 : row[i] * row[j];
        }
        system[i][n] += i == channel ? 0 : row[i] * row[channel];
      }
    }
    for (int i = 0; i < n; i++) {
      system[i][i] += 1;
    }
    for (int i = 0; i < n; i++) {
      for (int other = 0; other < n; other++) {
        double factor = other == i ? 0 : system[other][i] / system[i][i];
        for (int j = i; j <= n; j++) {
          system[other][j] -= factor * system[i][j];
        }
      }
    }
    double[] weights = new double[n];
    for (int i = 0; i < n; i++) {
      weights[i] = system[i][n] / system[i][i];
    }
    return weights;
  }

  private double expectation(double[] row, int channel) {
    double sum = 0;
    for (int c = 0; c < channels; c++) {
      sum += weights[channel][c] * row[c];
    }
    return sum;
  }

  /** Judges a row, which is then what the {@link JudgedRow} methods tell of. */
  double score(double[] row) {
    actual = row;
    shareSum = 0;
    for (int c = 0; c < channels; c++) {
      expected[c] = expectation(row, c);
      shares[c] = Math.pow(Math.abs(row[c] - expected[c]) / scale[c], POWER);
      shareSum += shares[c];
    }
    return shareSum / channels / q99;
  }

  Threshold threshold() {
    return threshold;
  }

  @Override
  public int channels() {
    return channels;
  }

  @Override
  public double actual(int channel) {
    return actual[channel];
  }

  @Override
  public double expected(int channel) {
    return expected[channel];
  }

  @Override
  public double halfBand(int channel) {
    return BAND * scale[channel];
  }

  @Override
  public double share(int channel) {
    return shareSum > 0 ? shares[channel] / shareSum : 0;
  }

  @Override
  public List<MemberScore> members() {
    return List.of();
  }

  @Override
  public String toString() {
    return Arrays.toString(actual) + ", expected " + Arrays.toString(expected);
  }
}
