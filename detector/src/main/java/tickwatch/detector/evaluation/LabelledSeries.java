package tickwatch.detector.evaluation;

import java.util.Arrays;
import java.util.List;
import tickwatch.detector.window.RowOrder;

/**
 * Rows of one sensor with labels.
 *
 * @param times nanoseconds since 2000.01.01
 * @param values of each channel, NaN where missing
 * @param train whether a row is normal and learnt from; such rows come first
 * @param labels whether a row is anomalous
 */
@SuppressWarnings("ArrayRecordComponent") // handed over once, never compared
public record LabelledSeries(
    String name,
    List<String> channels,
    long[] times,
    double[][] values,
    boolean[] train,
    boolean[] labels) {
  private static final double NANOS_PER_SECOND = 1e9;

  public LabelledSeries {
    channels = List.copyOf(channels);
    if (values.length != channels.size()
        || train.length != times.length
        || labels.length != times.length) {
      throw new IllegalArgumentException(name + ": columns of different lengths");
    }
    for (double[] column : values) {
      if (column.length != times.length) {
        throw new IllegalArgumentException(name + ": columns of different lengths");
      }
    }
    int count = ScoreMetrics.count(train);
    for (int i = 0; i < count; i++) {
      if (!train[i]) {
        throw new IllegalArgumentException(
            name
                + ": row "
                + (i + 1)
                + " is no train row (expected: all "
                + count
                + " come first)");
      }
    }
  }

  public int rowCount() {
    return times.length;
  }

  public int trainRows() {
    return ScoreMetrics.count(train);
  }

  /** How many of the first {@code count} rows are labelled anomalous. */
  public int labelledRows(int count) {
    return ScoreMetrics.count(Arrays.copyOf(labels, count));
  }

  /** Rows that are earlier than one before them, which a detector leaves out. */
  public int lateRows() {
    RowOrder order = new RowOrder();
    int late = 0;
    for (long time : times) {
      late += order.next(time) == RowOrder.Arrival.LATE ? 1 : 0;
    }
    return late;
  }

  /** The usual step in seconds, the median; 60 where there is none. */
  public double stepSeconds() {
    int from = trainRows();
    if (rowCount() - from < 3) {
      return 60;
    }
    long[] steps = new long[rowCount() - from - 1];
    for (int i = 0; i < steps.length; i++) {
      steps[i] = times[from + i + 1] - times[from + i];
    }
    Arrays.sort(steps);
    int middle = steps.length / 2;
    double median =
        steps.length % 2 == 1 ? steps[middle] : (steps[middle - 1] + (double) steps[middle]) / 2;
    return median > 0 ? median / NANOS_PER_SECOND : 60;
  }

  /** Without the first rows; none of the others is a train row any more. */
  public LabelledSeries from(int first) {
    double[][] rest = new double[values.length][];
    for (int c = 0; c < rest.length; c++) {
      rest[c] = Arrays.copyOfRange(values[c], first, rowCount());
    }
    return new LabelledSeries(
        name,
        channels,
        Arrays.copyOfRange(times, first, rowCount()),
        rest,
        new boolean[rowCount() - first],
        Arrays.copyOfRange(labels, first, rowCount()));
  }

  /** The same with so many rows to learn from, whatever was said of them. */
  public LabelledSeries withTrainRows(int count) {
    boolean[] first = new boolean[rowCount()];
    Arrays.fill(first, 0, Math.min(count, first.length), true);
    return new LabelledSeries(name, channels, times, values, first, labels);
  }
}
