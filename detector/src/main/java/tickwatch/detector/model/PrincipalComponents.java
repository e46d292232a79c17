package tickwatch.detector.model;

import tickwatch.series.linear.LinearAlgebra;

/**
 * Takes a row apart into what normal rows have in common, their principal components, and the rest.
 * The rest is the error: it grows when channels stop going together, whatever their level.
 *
 * <p>As many components are kept as hold nine tenths of the variance of normal rows, clipped to ±
 * 5; of more than {@value #MANY_CHANNELS} channels at most {@value #MOST_OF_MANY}.
 */
final class PrincipalComponents implements RowDetector {
  private static final double CLIP = 5;
  private static final double ERROR_CLIP = 20;
  private static final double KEPT = 0.9;
  private static final int MANY_CHANNELS = 128;
  private static final int MOST_OF_MANY = 24;

  private final int channels;
  private final int kept;

  /** {@code components × channels}. */
  private final double[] components;

  private final double[] row;

  private PrincipalComponents(int channels, double[] components) {
    this.channels = channels;
    this.components = components;
    this.kept = components.length / channels;
    this.row = new double[channels];
  }

  static PrincipalComponents fit(NormalRows rows) {
    int channels = rows.channels();
    double[] covariance = new double[channels * channels];
    double[] x = new double[channels];
    for (int t = 0; t < rows.rows(); t++) {
      for (int c = 0; c < channels; c++) {
        x[c] = rows.clipped(t, c, CLIP);
      }
      for (int i = 0; i < channels; i++) {
        for (int j = 0; j < channels; j++) {
          covariance[i * channels + j] += x[i] * x[j];
        }
      }
    }
    double all = 0;
    for (int c = 0; c < channels; c++) {
      all += covariance[c * channels + c];
    }
    // All but one at most: with every component there is no rest.
    int most = channels > MANY_CHANNELS ? MOST_OF_MANY : channels - 1;
    double[] vectors = new double[channels * channels];
    double[] values =
        channels > MANY_CHANNELS
            ? LinearAlgebra.leading(covariance, channels, most, vectors)
            : LinearAlgebra.eigen(covariance, channels, vectors);
    int count = 0;
    double held = 0;
    while (count < most && held < KEPT * all) {
      held += values[count++];
    }
    double[] components = new double[count * channels];
    for (int k = 0; k < count; k++) {
      for (int c = 0; c < channels; c++) {
        components[k * channels + c] = vectors[c * channels + k];
      }
    }
    return new PrincipalComponents(channels, components);
  }

  @Override
  public boolean row(double[] z, int from, double[] filled, Reading reading) {
    for (int c = 0; c < channels; c++) {
      row[c] = Math.max(-ERROR_CLIP, Math.min(ERROR_CLIP, filled[c]));
      reading.expected[c] = 0;
    }
    for (int k = 0; k < kept; k++) {
      int at = k * channels;
      double part = 0;
      for (int c = 0; c < channels; c++) {
        part += components[at + c] * row[c];
      }
      for (int c = 0; c < channels; c++) {
        reading.expected[c] += components[at + c] * part;
      }
    }
    for (int c = 0; c < channels; c++) {
      reading.errors[c] = Double.isNaN(z[from + c]) ? Double.NaN : row[c] - reading.expected[c];
    }
    return true;
  }

  @Override
  public boolean expects() {
    return true;
  }

  @Override
  public void save(Numbers to) {
    to.put(channels).put(components);
  }

  static PrincipalComponents restore(Numbers from) {
    return new PrincipalComponents(from.takeCount(), from.takeArray());
  }
}
