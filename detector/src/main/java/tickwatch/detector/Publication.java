package tickwatch.detector;

import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.List;
import java.util.Objects;
import org.jspecify.annotations.Nullable;
import tickwatch.detector.analysis.Anomaly;
import tickwatch.detector.analysis.ChannelPart;
import tickwatch.ipc.value.ByteVector;
import tickwatch.ipc.value.FloatVector;
import tickwatch.ipc.value.IntVector;
import tickwatch.ipc.value.ListVector;
import tickwatch.ipc.value.LongVector;
import tickwatch.ipc.value.Null;
import tickwatch.ipc.value.QType;
import tickwatch.ipc.value.SymbolAtom;
import tickwatch.ipc.value.SymbolVector;
import tickwatch.ipc.value.Table;
import tickwatch.ipc.value.Value;
import tickwatch.ipc.value.Vector;

/**
 * Turns one source's verdicts into rows of {@code score}, {@code anomaly} and {@code alert}, in
 * order, each with its number from {@link RowNumbers}: part 0 a score, 1 an anomaly, 2 its alerts.
 *
 * <p>A score's lists are aligned with {@link tickwatch.tick.TableSchema#channels the table's
 * channels}, so that whoever knows the table can read them, whichever of its channels the model
 * judges and in whatever order.
 *
 * <p><b>Threads.</b> One thread.
 */
final class Publication {
  static final String SCORE = "score";
  static final String ANOMALY = "anomaly";

  /** Rows in one message; more go into the next. */
  private static final int MAX_ROWS = 1000;

  static final List<String> SCORE_COLUMNS =
      List.of(
          "time",
          "sym",
          "source",
          "seq",
          "detector",
          SCORE,
          "threshold",
          "flag",
          "expected",
          "lower",
          "upper",
          "contribution");
  static final List<String> ANOMALY_COLUMNS =
      List.of(
          "time",
          "sym",
          "source",
          "id",
          "state",
          "start",
          "grade",
          SCORE,
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
          "cause");

  /** Takes finished messages. */
  interface Target {
    void offer(String table, Table rows, long[] numbers);
  }

  private final String source;
  private final String detector;
  private final int width;
  private final int[] places;
  private final Target target;
  private final RowNumbers number = new RowNumbers();

  private int count;
  private final long[] numbers = new long[MAX_ROWS];
  private final long[] times = new long[MAX_ROWS];
  private final @Nullable String[] syms = new @Nullable String[MAX_ROWS];
  private final long[] seqs = new long[MAX_ROWS];
  private final double[] scores = new double[MAX_ROWS];
  private final double[] thresholds = new double[MAX_ROWS];
  private final byte[] flags = new byte[MAX_ROWS];
  private final Value[] expected = new Value[MAX_ROWS];
  private final Value[] lower = new Value[MAX_ROWS];
  private final Value[] upper = new Value[MAX_ROWS];
  private final Value[] contribution = new Value[MAX_ROWS];

  /**
   * Nothing yet.
   *
   * @param source the table's name, one char a byte
   * @param detector the model's name, one char a byte
   * @param channels the table's columns of numbers, one char a byte
   * @param judged those that the model judges, in its order
   */
  Publication(
      String source, String detector, List<String> channels, List<String> judged, Target target) {
    this.source = source;
    this.detector = detector;
    this.width = channels.size();
    this.places = judged.stream().mapToInt(channels::indexOf).toArray();
    this.target = target;
  }

  /** The rows that follow are of this day's log. */
  void logOpened(int day) {
    flush();
    number.logOpened(day);
  }

  /** The rows that follow are of no dated log; their numbers go on from here. */
  void numberFrom(long from) {
    flush();
    number.numberFrom(from);
  }

  /** As {@link RowNumbers#goOnAbove}. */
  boolean goOnAbove(long accepted, long row) {
    flush();
    return number.goOnAbove(accepted, row);
  }

  void scored(Verdicts.ScoredRow row) {
    int at = count;
    numbers[at] = number.of(row.row(), 0);
    times[at] = row.time();
    syms[at] = row.sym();
    seqs[at] = row.seq();
    scores[at] = row.verdict().score();
    thresholds[at] = row.threshold();
    flags[at] = (byte) (row.flag() ? 1 : 0);
    double[] middles = unjudged();
    double[] lows = unjudged();
    double[] highs = unjudged();
    double[] shares = unjudged();
    for (int c = 0; c < places.length; c++) {
      int place = places[c];
      double middle = row.expected(c);
      double half = row.halfBand(c);
      middles[place] = middle;
      lows[place] = middle - half;
      highs[place] = middle + half;
      shares[place] = row.verdict().contribution(c);
    }
    expected[at] = FloatVector.of(QType.FLOAT, middles);
    lower[at] = FloatVector.of(QType.FLOAT, lows);
    upper[at] = FloatVector.of(QType.FLOAT, highs);
    contribution[at] = FloatVector.of(QType.FLOAT, shares);
    if (++count == MAX_ROWS) {
      flush();
    }
  }

  /** One item for each of the table's channels; those that the model does not judge stay null. */
  private double[] unjudged() {
    double[] items = new double[width];
    if (places.length < width) {
      Arrays.fill(items, Null.FLOAT);
    }
    return items;
  }

  /** Hands over what is there. */
  void flush() {
    int rows = count;
    if (rows == 0) {
      return;
    }
    count = 0;
    String[] names = new String[rows];
    for (int i = 0; i < rows; i++) {
      names[i] = Objects.requireNonNull(syms[i]);
    }
    target.offer(
        SCORE,
        new Table(
            SCORE_COLUMNS,
            List.of(
                LongVector.of(QType.TIMESTAMP, Arrays.copyOf(times, rows)),
                SymbolVector.of(names),
                repeated(source, rows),
                LongVector.of(QType.LONG, Arrays.copyOf(seqs, rows)),
                repeated(detector, rows),
                FloatVector.of(QType.FLOAT, Arrays.copyOf(scores, rows)),
                FloatVector.of(QType.FLOAT, Arrays.copyOf(thresholds, rows)),
                ByteVector.of(QType.BOOLEAN, Arrays.copyOf(flags, rows)),
                ListVector.of(Arrays.copyOf(expected, rows)),
                ListVector.of(Arrays.copyOf(lower, rows)),
                ListVector.of(Arrays.copyOf(upper, rows)),
                ListVector.of(Arrays.copyOf(contribution, rows)))),
        Arrays.copyOf(numbers, rows));
  }

  private static SymbolVector repeated(String name, int rows) {
    return SymbolVector.ofCodes(
        new String[] {name}, 1, true, IntVector.of(QType.INT, new int[rows]));
  }

  /** An anomaly told at a row. */
  void anomaly(long row, Anomaly anomaly) {
    flush();
    target.offer(ANOMALY, table(anomaly), new long[] {number.of(row, 1)});
  }

  /** The alerts that an anomaly told at a row has made. */
  void alerts(long row, AlertRows alerts) {
    if (alerts.count() > 0) {
      flush();
      long[] same = new long[alerts.count()];
      Arrays.fill(same, number.of(row, 2));
      target.offer(AlertRows.ALERT, alerts.table(), same);
    }
  }

  private static Table table(Anomaly anomaly) {
    ChannelPart top = anomaly.top();
    List<ChannelPart> parts = anomaly.parts();
    String[] names = new String[parts.size()];
    double[] shares = new double[parts.size()];
    for (int i = 0; i < names.length; i++) {
      names[i] = SymbolAtom.bytesOf(parts.get(i).channel());
      shares[i] = parts.get(i).contribution();
    }
    List<Vector> columns =
        List.of(
            timestamp(anomaly.time()),
            symbol(anomaly.sym()),
            symbol(anomaly.source()),
            symbol(anomaly.id()),
            symbol(anomaly.state().word()),
            timestamp(anomaly.start()),
            number(anomaly.grade()),
            number(anomaly.score()),
            number(anomaly.threshold()),
            symbol(anomaly.kind()),
            symbol(top.channel()),
            number(top.actual()),
            number(top.expected()),
            number(top.lower()),
            number(top.upper()),
            ListVector.of(SymbolVector.of(names)),
            ListVector.of(FloatVector.of(QType.FLOAT, shares)),
            number(anomaly.confidence()),
            symbol(anomaly.detector()),
            ListVector.of(
                ByteVector.of(QType.CHAR, anomaly.cause().getBytes(StandardCharsets.UTF_8))));
    return new Table(ANOMALY_COLUMNS, columns);
  }

  private static LongVector timestamp(long time) {
    return LongVector.of(QType.TIMESTAMP, time);
  }

  private static SymbolVector symbol(String text) {
    return SymbolVector.of(SymbolAtom.bytesOf(text));
  }

  private static FloatVector number(double value) {
    return FloatVector.of(QType.FLOAT, Double.isNaN(value) ? Null.FLOAT : value);
  }
}
