package tickwatch.detector.analysis;

import java.io.DataInput;
import java.io.DataOutput;
import java.io.IOException;

/**
 * Rows around the beginning of an anomaly: those before its first flag, and so many after it as
 * there is room for. In z-scores, NaN where missing.
 */
final class Stretch {
  private final int channels;
  private final int limit;
  private final float[] values;
  private final long[] times;
  private final boolean[] afterGap;
  private int rows;

  /** The row of the first flag. */
  private int first;

  Stretch(int limit, int channels) {
    this.limit = limit;
    this.channels = channels;
    this.values = new float[Math.multiplyExact(limit, channels)];
    this.times = new long[limit];
    this.afterGap = new boolean[limit];
  }

  void add(long time, boolean gapBefore, float[] from, int at) {
    if (rows == limit) {
      return;
    }
    System.arraycopy(from, at, values, rows * channels, channels);
    times[rows] = time;
    afterGap[rows] = gapBefore;
    rows++;
  }

  void add(long time, boolean gapBefore, double[] from, int at) {
    if (rows == limit) {
      return;
    }
    for (int c = 0; c < channels; c++) {
      values[rows * channels + c] = (float) from[at + c];
    }
    times[rows] = time;
    afterGap[rows] = gapBefore;
    rows++;
  }

  void setFirst(int row) {
    first = Math.max(0, row);
  }

  int first() {
    return first;
  }

  int rows() {
    return rows;
  }

  int channels() {
    return channels;
  }

  float value(int row, int channel) {
    return values[row * channels + channel];
  }

  long time(int row) {
    return times[row];
  }

  boolean isAfterGap(int row) {
    return afterGap[row];
  }

  void save(DataOutput out) throws IOException {
    out.writeInt(rows);
    out.writeInt(first);
    for (int row = 0; row < rows; row++) {
      out.writeLong(times[row]);
      out.writeBoolean(afterGap[row]);
      for (int c = 0; c < channels; c++) {
        out.writeFloat(value(row, c));
      }
    }
  }

  void restore(DataInput in) throws IOException {
    int count = in.readInt();
    first = in.readInt();
    rows = 0;
    float[] row = new float[channels];
    for (int i = 0; i < count; i++) {
      long time = in.readLong();
      boolean gap = in.readBoolean();
      for (int c = 0; c < channels; c++) {
        row[c] = in.readFloat();
      }
      add(time, gap, row, 0);
    }
  }
}
