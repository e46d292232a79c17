package tickwatch.dashboard;

import java.util.Arrays;
import java.util.List;
import tickwatch.ipc.value.ByteVector;
import tickwatch.ipc.value.FloatVector;
import tickwatch.ipc.value.IntVector;
import tickwatch.ipc.value.ListVector;
import tickwatch.ipc.value.LongVector;
import tickwatch.ipc.value.QType;
import tickwatch.ipc.value.SymbolVector;
import tickwatch.ipc.value.Table;
import tickwatch.ipc.value.Value;
import tickwatch.tick.TableSchema;

/**
 * Rows, verdicts and anomalies of a plant of two channels, as a feed and a detector publish them.
 */
public final class Stream {
  public static final TableSchema PLANT =
      new TableSchema(
          "plant",
          List.of("time", "sym", "heat", "load"),
          List.of(QType.TIMESTAMP, QType.SYMBOL, QType.FLOAT, QType.FLOAT),
          0);

  /** Nanoseconds between two rows. */
  public static final long STEP = 1_000_000_000L;

  private Stream() {}

  /** The time of a row. */
  public static long time(long row) {
    return 800_000_000_000_000_000L + row * STEP;
  }

  /** What a row's heat is: a wave, and 100 more in the rows that are planted. */
  public static double heat(long row, boolean planted) {
    return Math.sin(row / 10.0) + (planted ? 100 : 0);
  }

  /** Rows {@code from} to {@code to - 1}; planted ones stick out. */
  public static Table rows(String sym, int from, int to, Integer... planted) {
    int count = to - from;
    long[] times = new long[count];
    double[] heats = new double[count];
    double[] loads = new double[count];
    for (int i = 0; i < count; i++) {
      times[i] = time((long) from + i);
      heats[i] = heat(from + i, List.of(planted).contains(from + i));
      loads[i] = (from + i) % 7;
    }
    return new Table(
        PLANT.columns(),
        List.of(
            LongVector.of(QType.TIMESTAMP, times),
            symbols(sym, count),
            FloatVector.of(QType.FLOAT, heats),
            FloatVector.of(QType.FLOAT, loads)));
  }

  private static SymbolVector symbols(String sym, int count) {
    String[] names = new String[count];
    Arrays.fill(names, sym);
    return SymbolVector.of(names);
  }

  /** The verdicts on these rows: planted ones flagged, and heat to blame. */
  public static Table scores(String sym, int from, int to, Integer... planted) {
    int count = to - from;
    long[] times = new long[count];
    long[] seqs = new long[count];
    double[] scores = new double[count];
    double[] thresholds = new double[count];
    byte[] flags = new byte[count];
    Value[] expected = new Value[count];
    Value[] lower = new Value[count];
    Value[] upper = new Value[count];
    Value[] contribution = new Value[count];
    for (int i = 0; i < count; i++) {
      boolean isPlanted = List.of(planted).contains(from + i);
      times[i] = time((long) from + i);
      seqs[i] = (long) from + i;
      scores[i] = isPlanted ? 9 : 0.3;
      thresholds[i] = 1;
      flags[i] = (byte) (isPlanted ? 1 : 0);
      double middle = heat(from + i, false);
      expected[i] = FloatVector.of(QType.FLOAT, middle, 3);
      lower[i] = FloatVector.of(QType.FLOAT, middle - 1, 0);
      upper[i] = FloatVector.of(QType.FLOAT, middle + 1, 6);
      contribution[i] = FloatVector.of(QType.FLOAT, 0.9, 0.1);
    }
    return new Table(
        List.of(
            "time",
            "sym",
            "source",
            "seq",
            "detector",
            "score",
            "threshold",
            "flag",
            "expected",
            "lower",
            "upper",
            "contribution"),
        List.of(
            LongVector.of(QType.TIMESTAMP, times),
            symbols(sym, count),
            symbols("plant", count),
            LongVector.of(QType.LONG, seqs),
            symbols("test", count),
            FloatVector.of(QType.FLOAT, scores),
            FloatVector.of(QType.FLOAT, thresholds),
            ByteVector.of(QType.BOOLEAN, flags),
            ListVector.of(expected),
            ListVector.of(lower),
            ListVector.of(upper),
            ListVector.of(contribution)));
  }

  /** A sign of life. */
  public static Table heartbeat(String process, long pid, int port, long counter) {
    return new Table(
        List.of("time", "sym", "process", "host", "pid", "port", "counter", "lag"),
        List.of(
            LongVector.of(QType.TIMESTAMP, time(0)),
            SymbolVector.of(process),
            SymbolVector.of(process),
            SymbolVector.of("here"),
            LongVector.of(QType.LONG, pid),
            IntVector.of(QType.INT, port),
            LongVector.of(QType.LONG, counter),
            LongVector.of(QType.LONG, 0)));
  }

  /** An anomaly of these rows. */
  public static Table anomaly(String sym, String id, String state, int start, int row) {
    return new Table(
        List.of(
            "time",
            "sym",
            "source",
            "id",
            "state",
            "start",
            "grade",
            "score",
            "threshold",
            "kind",
            "channel",
            "actual",
            "expected",
            "lower",
            "upper",
            "channels",
            "contribution",
            "confidence",
            "detector",
            "cause"),
        List.of(
            LongVector.of(QType.TIMESTAMP, time(row)),
            SymbolVector.of(sym),
            SymbolVector.of("plant"),
            SymbolVector.of(id),
            SymbolVector.of(state),
            LongVector.of(QType.TIMESTAMP, time(start)),
            FloatVector.of(QType.FLOAT, 0.8),
            FloatVector.of(QType.FLOAT, 9),
            FloatVector.of(QType.FLOAT, 1),
            SymbolVector.of("spike"),
            SymbolVector.of("heat"),
            FloatVector.of(QType.FLOAT, 100),
            FloatVector.of(QType.FLOAT, 0.5),
            FloatVector.of(QType.FLOAT, -0.5),
            FloatVector.of(QType.FLOAT, 1.5),
            ListVector.of(SymbolVector.of("heat", "load")),
            ListVector.of(FloatVector.of(QType.FLOAT, 0.9, 0.1)),
            FloatVector.of(QType.FLOAT, 1),
            SymbolVector.of("test"),
            ListVector.of(ByteVector.string("heat is 100 above what it should be"))));
  }
}
