package tickwatch.dashboard.watch;

import com.fasterxml.jackson.core.JsonGenerator;
import java.io.IOException;
import java.util.Arrays;

/**
 * Writes rows of a sensor as columns of points, thinned where a screen has fewer pixels than there
 * are rows.
 *
 * <p><b>Thinning.</b> Rows are cut into buckets of {@code every} rows, by row number, so that a
 * bucket never moves. Of each channel a bucket shows its smallest and its largest value, in the
 * order in which they came: two points that stand at the times of the bucket's first and last row.
 * Forecast and band are those of the rows shown. Flagged rows are written one by one beside the
 * points, with their own times: none is ever thinned out.
 *
 * <pre>{@code
 * {"from": 1200, "r": [rows], "t": [times], "v": [[values] of each channel], "e": [[expected]],
 *  "lo": [[lower]], "hi": [[upper]], "s": [scores], "th": [thresholds],
 *  "flags": {"r": [rows], "t": [times], "s": [scores], "c": [[channels to blame]], "v": [[their values]]}}
 * }</pre>
 */
final class Points {
  private Points() {}

  /** Rows in a bucket so that a window of rows makes at most two points a pixel. */
  static int every(int rows, int pixels) {
    return rows <= 2L * pixels ? 1 : (rows + pixels - 1) / pixels;
  }

  /** Writes the fields for the rows {@code from} to {@code to - 1} into the object at hand. */
  static void write(JsonGenerator out, Sensor sensor, long from, long to, int every)
      throws IOException {
    long start = Math.max(from, sensor.first());
    long[] ends = every == 1 ? consecutive(start, to) : bucketEnds(start, to, every);
    out.writeNumberField("from", start);
    out.writeArrayFieldStart("r");
    for (long row : ends) {
      out.writeNumber(row);
    }
    out.writeEndArray();
    out.writeArrayFieldStart("t");
    for (long row : ends) {
      Json.time(out, sensor.timeOf(row));
    }
    out.writeEndArray();

    int channels = sensor.channels().size();
    boolean hasVerdicts = sensor.judgedRows() > 0;
    long[][] picked = new long[channels][];
    for (int c = 0; c < channels; c++) {
      int channel = c;
      picked[c] =
          every == 1
              ? ends
              : extremes(start, to, every, ends.length, row -> sensor.valueOf(channel, row));
    }
    write(out, "v", picked, sensor::valueOf);
    if (hasVerdicts) {
      write(out, "e", picked, sensor::expectedOf);
      write(out, "lo", picked, sensor::lowerOf);
      write(out, "hi", picked, sensor::upperOf);
      long[] scores = every == 1 ? ends : extremes(start, to, every, ends.length, sensor::scoreOf);
      write(out, "s", scores, sensor::scoreOf);
      write(out, "th", scores, sensor::thresholdOf);
      writeFlags(out, sensor, start, to);
    }
  }

  private interface Of {
    double value(long row);
  }

  private interface OfChannel {
    double value(int channel, long row);
  }

  private static void write(JsonGenerator out, String name, long[][] rows, OfChannel of)
      throws IOException {
    out.writeArrayFieldStart(name);
    for (int c = 0; c < rows.length; c++) {
      out.writeStartArray();
      for (long row : rows[c]) {
        Json.number(out, of.value(c, row));
      }
      out.writeEndArray();
    }
    out.writeEndArray();
  }

  private static void write(JsonGenerator out, String name, long[] rows, Of of) throws IOException {
    out.writeArrayFieldStart(name);
    for (long row : rows) {
      Json.number(out, of.value(row));
    }
    out.writeEndArray();
  }

  private static void writeFlags(JsonGenerator out, Sensor sensor, long from, long to)
      throws IOException {
    int count = 0;
    for (long row = from; row < to; row++) {
      count += sensor.isFlagged(row) ? 1 : 0;
    }
    long[] flagged = new long[count];
    int at = 0;
    for (long row = from; row < to; row++) {
      if (sensor.isFlagged(row)) {
        flagged[at++] = row;
      }
    }
    out.writeObjectFieldStart("flags");
    out.writeArrayFieldStart("r");
    for (long row : flagged) {
      out.writeNumber(row);
    }
    out.writeEndArray();
    out.writeArrayFieldStart("t");
    for (long row : flagged) {
      Json.time(out, sensor.timeOf(row));
    }
    out.writeEndArray();
    write(out, "s", flagged, sensor::scoreOf);
    int[][] blamed = new int[count][];
    for (int i = 0; i < count; i++) {
      blamed[i] = blamed(sensor, flagged[i]);
    }
    out.writeArrayFieldStart("c");
    for (int[] channels : blamed) {
      out.writeArray(channels, 0, channels.length);
    }
    out.writeEndArray();
    out.writeArrayFieldStart("v");
    for (int i = 0; i < count; i++) {
      out.writeStartArray();
      for (int c : blamed[i]) {
        Json.number(out, sensor.valueOf(c, flagged[i]));
      }
      out.writeEndArray();
    }
    out.writeEndArray();
    out.writeEndObject();
  }

  /**
   * The channels that made a row an anomaly: those with at least half of the largest contribution;
   * all of them where the detector says nothing of contributions.
   */
  static int[] blamed(Sensor sensor, long row) {
    int channels = sensor.channels().size();
    double largest = 0;
    for (int c = 0; c < channels; c++) {
      double share = sensor.contributionOf(c, row);
      largest = share > largest ? share : largest;
    }
    int[] all = new int[channels];
    int count = 0;
    for (int c = 0; c < channels; c++) {
      if (largest == 0 || sensor.contributionOf(c, row) >= largest / 2) {
        all[count++] = c;
      }
    }
    return Arrays.copyOf(all, count);
  }

  private static long[] consecutive(long from, long to) {
    long[] rows = new long[(int) Math.max(0, to - from)];
    for (int i = 0; i < rows.length; i++) {
      rows[i] = from + i;
    }
    return rows;
  }

  /** The row behind a bucket that holds {@code row}, or {@code to} if that is nearer. */
  private static long bucketEnd(long row, long to, int every) {
    return Math.min(to, (row / every + 1) * every);
  }

  /** First and last row of each bucket; one row where the bucket has no more. */
  private static long[] bucketEnds(long from, long to, int every) {
    long buckets = to <= from ? 0 : (to - 1) / every - from / every + 1;
    long[] rows = new long[(int) (2 * buckets)];
    int count = 0;
    for (long start = from; start < to; start = bucketEnd(start, to, every)) {
      long last = bucketEnd(start, to, every) - 1;
      rows[count++] = start;
      if (last > start) {
        rows[count++] = last;
      }
    }
    return Arrays.copyOf(rows, count);
  }

  /**
   * The rows of the smallest and the largest value of each bucket, in their order: as many as
   * {@link #bucketEnds} gives.
   */
  private static long[] extremes(long from, long to, int every, int count, Of of) {
    long[] rows = new long[count];
    int at = 0;
    for (long start = from; start < to; start = bucketEnd(start, to, every)) {
      long end = bucketEnd(start, to, every);
      long smallest = start;
      long largest = start;
      double low = Double.POSITIVE_INFINITY;
      double high = Double.NEGATIVE_INFINITY;
      for (long row = start; row < end; row++) {
        double value = of.value(row);
        if (value < low) {
          low = value;
          smallest = row;
        }
        if (value > high) {
          high = value;
          largest = row;
        }
      }
      rows[at++] = Math.min(smallest, largest);
      if (end - start > 1) {
        rows[at++] = Math.max(smallest, largest);
      }
    }
    return rows;
  }
}
