package tickwatch.detector;

import java.io.DataInput;
import java.io.DataOutput;
import java.io.IOException;
import java.util.Arrays;
import tickwatch.detector.model.Forecaster;

/**
 * Windows of rows that came while a network was trained further, and the rows behind them, which
 * neither network has learnt from: by them the old one and the new one are compared.
 *
 * <p><b>Threads.</b> One thread.
 */
final class NetworkSamples {
  /** How many, at most; of more rows every second, third ... is taken. */
  private static final int MOST = 1024;

  private final int channels;

  /** {@code rows × channels} of a window. */
  private final int length;

  private final float[] windows;
  private final double[] wanted;
  private final boolean[] isClean;
  private int count;
  private int every = 1;
  private long seen;

  /** Of networks that read so many rows. */
  NetworkSamples(int window, int channels) {
    this.channels = channels;
    this.length = window * channels;
    this.windows = new float[MOST * length];
    this.wanted = new double[MOST * channels];
    this.isClean = new boolean[MOST];
  }

  /** Forgets all; so many rows are to come. */
  void begin(long rows) {
    every = (int) ((rows + MOST - 1) / MOST);
    count = 0;
    seen = 0;
    Arrays.fill(isClean, false);
  }

  /**
   * Takes a row's window, as the network reads it.
   *
   * @return what stands for it in {@link #judged}; negative if it is not wanted
   */
  int take(float[] window) {
    if (seen++ % every != 0 || count == MOST) {
      return -1;
    }
    System.arraycopy(window, 0, windows, count * length, length);
    return count++;
  }

  /** The row of a sample is judged; its z-scores are from {@code from} on. */
  void judged(int sample, double[] z, int from, boolean clean) {
    System.arraycopy(z, from, wanted, sample * channels, channels);
    isClean[sample] = clean;
  }

  /** Those whose row was outside alarms. */
  int clean() {
    int clean = 0;
    for (int i = 0; i < count; i++) {
      clean += isClean[i] ? 1 : 0;
    }
    return clean;
  }

  /** Whether most rows were outside alarms. */
  boolean areMostlyClean() {
    return clean() > 0 && 2 * clean() >= count;
  }

  /**
   * Squared errors of each channel in the clean ones, summed, in z units; NaN where a network
   * forecasts no number. Nothing may wait in the forecaster.
   */
  double[] squaredErrors(Forecaster forecaster) {
    double[] squares = new double[channels];
    int batch = forecaster.maxBatch();
    float[] forecasts = new float[batch * channels];
    for (int from = 0; from < count; from += batch) {
      int some = Math.min(batch, count - from);
      for (int i = 0; i < some; i++) {
        forecaster.put(i, windows, (from + i) * length);
      }
      forecaster.forecast(some, forecasts);
      for (int i = 0; i < some; i++) {
        for (int c = 0; c < channels && isClean[from + i]; c++) {
          double value = wanted[(from + i) * channels + c];
          double error = value - forecasts[i * channels + c];
          squares[c] += Double.isNaN(value) ? 0 : error * error;
        }
      }
    }
    return squares;
  }

  /** The root mean square of what {@link #squaredErrors} sums. */
  double error(double[] squaredErrors) {
    return Math.sqrt(Arrays.stream(squaredErrors).sum() / Math.max(1, clean() * channels));
  }

  void save(DataOutput out) throws IOException {
    out.writeInt(every);
    out.writeLong(seen);
    out.writeInt(count);
    for (int i = 0; i < count; i++) {
      out.writeBoolean(isClean[i]);
      for (int k = 0; k < length; k++) {
        out.writeFloat(windows[i * length + k]);
      }
      for (int c = 0; c < channels; c++) {
        out.writeDouble(wanted[i * channels + c]);
      }
    }
  }

  /** Goes on from what {@link #save} put down. */
  void restore(DataInput in) throws IOException {
    every = in.readInt();
    seen = in.readLong();
    count = in.readInt();
    if (count < 0 || count > MOST || every < 1) {
      throw new IOException(
          count + " samples (expected: <= " + MOST + "), each " + every + ". row");
    }
    for (int i = 0; i < count; i++) {
      isClean[i] = in.readBoolean();
      for (int k = 0; k < length; k++) {
        windows[i * length + k] = in.readFloat();
      }
      for (int c = 0; c < channels; c++) {
        wanted[i * channels + c] = in.readDouble();
      }
    }
  }
}
