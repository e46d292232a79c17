package tickwatch.detector.analysis;

import java.io.DataInput;
import java.io.DataOutput;
import java.io.IOException;

/**
 * The last rows of one sensor in z-scores, for looking back when something happens.
 *
 * <p><b>Threads.</b> One thread.
 */
final class History {
  private final int rows;
  private final int channels;
  private final float[] values;
  private final long[] times;
  private final boolean[] afterGap;
  private int next;
  private int held;

  History(int rows, int channels) {
    this.rows = rows;
    this.channels = channels;
    this.values = new float[Math.multiplyExact(rows, channels)];
    this.times = new long[rows];
    this.afterGap = new boolean[rows];
  }

  /** Takes a row of z-scores, NaN where missing. */
  void push(long time, boolean gapBefore, double[] z, int from) {
    int to = next * channels;
    for (int c = 0; c < channels; c++) {
      values[to + c] = (float) z[from + c];
    }
    times[next] = time;
    afterGap[next] = gapBefore;
    next = next + 1 == rows ? 0 : next + 1;
    if (held < rows) {
      held++;
    }
  }

  int held() {
    return held;
  }

  /** Appends the rows from {@code back} rows ago (0 is the last) up to the last one. */
  void copyTo(Stretch stretch, int back) {
    for (int ago = Math.min(back, held - 1); ago >= 0; ago--) {
      int at = next - 1 - ago;
      at = at < 0 ? at + rows : at;
      stretch.add(times[at], afterGap[at], values, at * channels);
    }
  }

  void save(DataOutput out) throws IOException {
    out.writeInt(held);
    for (int ago = held - 1; ago >= 0; ago--) {
      int at = next - 1 - ago;
      at = at < 0 ? at + rows : at;
      out.writeLong(times[at]);
      out.writeBoolean(afterGap[at]);
      for (int c = 0; c < channels; c++) {
        out.writeFloat(values[at * channels + c]);
      }
    }
  }

  void restore(DataInput in) throws IOException {
    int count = in.readInt();
    double[] row = new double[channels];
    next = 0;
    held = 0;
    for (int i = 0; i < count; i++) {
      long time = in.readLong();
      boolean gap = in.readBoolean();
      for (int c = 0; c < channels; c++) {
        row[c] = in.readFloat();
      }
      push(time, gap, row, 0);
    }
  }
}
