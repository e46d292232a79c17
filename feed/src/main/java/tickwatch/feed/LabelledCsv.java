package tickwatch.feed;

import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.BitSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import tickwatch.feed.FieldText.BadField;
import tickwatch.ipc.value.QType;

/**
 * Rows of one sensor from a CSV file, plain or gzip, with labels and perhaps a train part, read
 * whole: what a detector learns from and is judged by.
 *
 * <p>Channels are the columns that {@link CsvSchema} makes numbers or booleans of, called as it
 * calls them; one field in a hundred may be something else. A missing value is NaN. A line that is
 * not as long as the header, whose time is none, or that has such a field is left out and counted,
 * as a feed does.
 *
 * <p>Labels are the column that was asked for, else {@code label}, else one with 0 and 1 alone
 * whose name says that it marks what was wrong ({@code is_anomaly}, {@code fault}).
 */
public final class LabelledCsv {
  private final Path path;
  private final String name;
  private final Channels channels;
  private final long[] times;
  private final double[][] values;
  private final boolean[] train;
  private final boolean[] labels;
  private final boolean isSplit;
  private final BadLine bad;

  /**
   * What the columns of a file are.
   *
   * @param time null takes the first of {@code time, ts, timestamp, date, datetime} there is
   * @param split holds {@code train} for rows that are normal and learnt from; null takes {@code
   *     split} if there is such a column
   * @param label 0 or 1, or true or false; null takes what is called so, if there is any
   * @param keep channels all the same, whatever their names say
   */
  public record Columns(
      @Nullable String time, @Nullable String split, @Nullable String label, List<String> keep) {
    /** All found by their names. */
    public static final Columns BY_NAME = new Columns(null, null, null, List.of());

    public Columns {
      keep = List.copyOf(keep);
    }
  }

  /**
   * The channels, and why other columns are none.
   *
   * @param columns what the file calls them
   * @param names what the table that a feed fills calls them
   * @param leftOut each with the reason
   * @param hint what an operator may have forgotten; null for nothing
   */
  private record Channels(
      List<String> columns, List<String> names, List<String> leftOut, @Nullable String hint) {
    Channels {
      columns = List.copyOf(columns);
      names = List.copyOf(names);
      leftOut = List.copyOf(leftOut);
    }
  }

  /**
   * Lines left out.
   *
   * @param first where the first one is, and what is wrong with it; empty if there is none
   */
  private record BadLine(long count, String first) {}

  private LabelledCsv(
      Path path,
      String name,
      Channels channels,
      long[] times,
      double[][] values,
      boolean[] train,
      boolean[] labels,
      boolean isSplit,
      BadLine bad) {
    this.path = path;
    this.name = name;
    this.isSplit = isSplit;
    this.channels = channels;
    this.times = times;
    this.values = values;
    this.train = train;
    this.labels = labels;
    this.bad = bad;
  }

  /** A growing column. */
  private static final class Column {
    private final char decimal;
    private final ColumnTypes types = new ColumnTypes();
    private double[] numbers = new double[1024];

    /** The rows whose field is neither empty nor a number. */
    private final BitSet bad = new BitSet();

    private int count;

    Column(char decimal) {
      this.decimal = decimal;
    }

    void add(char[] buffer, int from, int length) {
      long others = types.others();
      double number = types.add(buffer, from, length, decimal);
      if (count == numbers.length) {
        numbers = Arrays.copyOf(numbers, 2 * count);
      }
      bad.set(count, types.others() > others);
      numbers[count++] = number;
    }

    /** Whether it is a channel, if nothing else speaks against it. */
    boolean isNumbers() {
      QType type = types.type();
      return type == QType.LONG || type == QType.FLOAT || type == QType.BOOLEAN;
    }

    boolean isBoolean() {
      return types.type() == QType.BOOLEAN;
    }
  }

  /**
   * Reads a file of one sensor, which is called as the file without its endings.
   *
   * @throws FeedException when it cannot be read or lacks a column that was asked for
   */
  public static LabelledCsv read(Path path, Columns wanted) {
    return read(path, wanted, null).get(0);
  }

  /**
   * Reads a file of several sensors, each in the order of its rows.
   *
   * @param sym tells sensors apart
   * @return those that there are, in the order of their first rows
   * @throws FeedException as {@link #read}
   */
  public static List<LabelledCsv> readSensors(Path path, Columns wanted, CsvOptions.Sym sym) {
    return read(path, wanted, sym);
  }

  private static List<LabelledCsv> read(Path path, Columns wanted, CsvOptions.@Nullable Sym sym) {
    try (CsvFile file = CsvFile.open(path)) {
      List<String> header = file.header();
      int time = TableColumns.timeColumn(path, header, wanted.time(), true);
      int split = column(path, header, wanted.split(), "split", wanted.keep());
      int label = column(path, header, wanted.label(), "label", wanted.keep());
      int symAt = sym == null ? -1 : TableColumns.symColumn(path, header, sym);
      TableColumns.requireAll(path, header, wanted.keep(), "--keep");
      String constant = sym == null ? null : sym.constant();
      List<Column> columns = new ArrayList<>();
      CsvFile.@Nullable FieldReader[] readers = new CsvFile.FieldReader[header.size()];
      SensorColumns sensors = new SensorColumns();
      Row row = new Row();
      for (int i = 0; i < readers.length; i++) {
        Column column = new Column(file.decimal());
        columns.add(column);
        CsvFile.FieldReader reader =
            symAt >= 0 || constant != null
                ? column::add
                : sensors.watch(header.get(i), column.types, column::add);
        readers[i] =
            i == time
                ? row::time
                : i == split
                    ? row::split
                    : i == label ? row::label : i == symAt ? row.sensor::read : reader;
      }
      file.readWith(readers);
      Rows rows = new Rows();
      long bad = 0;
      String firstBad = "";
      while (file.next()) {
        String error = file.error();
        if (error == null) {
          rows.add(row);
          sensors.row(row.time);
          for (Column column : columns) {
            column.types.endLine(row.sensor.number());
          }
        } else if (bad++ == 0) {
          firstBad = "line " + file.lineNumber() + ": " + error;
        }
        for (Column column : columns) {
          // A bad line may have filled some columns and not others.
          column.count = Math.min(column.count, rows.count);
        }
      }
      if (rows.count == 0) {
        throw FeedException.precondition(
            path
                + (bad == 0
                    ? " has no row (expected: some below its header line)"
                    : ": none of its " + bad + " lines can be read; " + firstBad));
      }
      if (label < 0) {
        label = marked(header, columns, wanted.keep());
        if (label >= 0) {
          double[] marks = columns.get(label).numbers;
          for (int i = 0; i < rows.count; i++) {
            rows.labels[i] = marks[i] > 0;
          }
        }
      }
      LabelledCsv all =
          of(
              path,
              constant == null ? CsvOptions.stem(path) : constant,
              header,
              List.of(time, split, symAt),
              label,
              wanted.keep(),
              columns,
              sensors.hint(),
              rows,
              split >= 0,
              new BadLine(bad, firstBad));
      return symAt < 0 ? List.of(all) : all.bySym(rows.syms);
    }
  }

  /** The column that is taken for labels by its name and its fields; -1 if there is none. */
  private static int marked(List<String> header, List<Column> columns, List<String> keep) {
    int found = -1;
    for (int i = 0; i < columns.size(); i++) {
      int rank = RowMarks.labelRank(header.get(i));
      if (rank >= 0
          && columns.get(i).types.isMarks()
          && !keep.contains(header.get(i))
          && (found < 0 || rank < RowMarks.labelRank(header.get(found)))) {
        found = i;
      }
    }
    return found;
  }

  private List<LabelledCsv> bySym(List<String> syms) {
    Map<String, List<Integer>> sensors = new LinkedHashMap<>();
    for (int row = 0; row < syms.size(); row++) {
      sensors.computeIfAbsent(syms.get(row), unused -> new ArrayList<>()).add(row);
    }
    List<LabelledCsv> all = new ArrayList<>();
    sensors.forEach((sym, rows) -> all.add(only(sym, rows)));
    return all;
  }

  private LabelledCsv only(String sym, List<Integer> rows) {
    int count = rows.size();
    long[] itsTimes = new long[count];
    boolean[] itsTrain = new boolean[count];
    boolean[] itsLabels = new boolean[count];
    double[][] itsValues = new double[values.length][count];
    for (int i = 0; i < count; i++) {
      int row = rows.get(i);
      itsTimes[i] = times[row];
      itsTrain[i] = train[row];
      itsLabels[i] = labels[row];
      for (int c = 0; c < values.length; c++) {
        itsValues[c][i] = values[c][row];
      }
    }
    return new LabelledCsv(
        path, sym, channels, itsTimes, itsValues, itsTrain, itsLabels, isSplit, bad);
  }

  private static LabelledCsv of(
      Path path,
      String name,
      List<String> header,
      List<Integer> special,
      int label,
      List<String> keep,
      List<Column> columns,
      @Nullable String hint,
      Rows rows,
      boolean isSplit,
      BadLine bad) {
    List<String> names = QNames.of(header);
    List<String> channels = new ArrayList<>();
    List<String> channelNames = new ArrayList<>();
    List<String> leftOut = new ArrayList<>();
    List<double[]> values = new ArrayList<>();
    BitSet badRows = new BitSet();
    boolean leavesCounters =
        RowMarks.leavesCounters(
            header, columns.stream().map(column -> column.types).toList(), special);
    for (int i = 0; i < columns.size(); i++) {
      Column column = columns.get(i);
      if (special.contains(i)) {
        continue;
      }
      if (i == label) {
        if (!RowMarks.isAlwaysOne(header.get(i)) && column.count > 0) {
          leftOut.add(RowMarks.reason(header.get(i)));
        }
      } else if (RowMarks.isOne(header.get(i), column.types) && !keep.contains(header.get(i))) {
        leftOut.add(RowMarks.reason(header.get(i)));
      } else if (leavesCounters && column.types.isCounter() && !keep.contains(header.get(i))) {
        leftOut.add(RowMarks.counter(header.get(i)));
      } else if (!column.isNumbers()) {
        leftOut.add(header.get(i) + " (text, as \"" + column.types.example() + "\")");
      } else {
        channels.add(header.get(i));
        channelNames.add(names.get(i));
        values.add(column.numbers);
        if (!column.isBoolean()) {
          badRows.or(column.bad);
        }
      }
    }
    if (values.isEmpty()) {
      throw FeedException.precondition(
          path + " has no column of numbers (columns: " + String.join(", ", header) + ")");
    }
    badRows.clear(rows.count, Math.max(rows.count, badRows.length()));
    long leftOutRows = badRows.cardinality();
    if (leftOutRows > 0) {
      values.replaceAll(all -> without(badRows, all, rows.count));
      rows.remove(badRows);
    }
    return new LabelledCsv(
        path,
        name,
        new Channels(channels, channelNames, leftOut, hint),
        Arrays.copyOf(rows.times, rows.count),
        values.stream().map(all -> Arrays.copyOf(all, rows.count)).toArray(double[][]::new),
        Arrays.copyOf(rows.train, rows.count),
        Arrays.copyOf(rows.labels, rows.count),
        isSplit,
        new BadLine(
            bad.count() + leftOutRows,
            bad.first().isEmpty() && leftOutRows > 0
                ? "of a field that is no number in a column of numbers"
                : bad.first()));
  }

  private static double[] without(BitSet bad, double[] all, int count) {
    double[] kept = new double[count - bad.cardinality()];
    int to = 0;
    for (int row = bad.nextClearBit(0); row < count; row = bad.nextClearBit(row + 1)) {
      kept[to++] = all[row];
    }
    return kept;
  }

  private static int column(
      Path path,
      List<String> header,
      @Nullable String wanted,
      String otherwise,
      List<String> keep) {
    if (wanted != null) {
      TableColumns.requireAll(path, header, List.of(wanted), "--" + otherwise);
      return header.indexOf(wanted);
    }
    for (int i = 0; i < header.size(); i++) {
      if (header.get(i).equalsIgnoreCase(otherwise) && !keep.contains(header.get(i))) {
        return i;
      }
    }
    return -1;
  }

  /** What a line says of itself. */
  private static final class Row {
    private long time;
    private boolean train;
    private boolean label;
    private final SensorNumbers sensor = new SensorNumbers();

    void time(char[] text, int from, int length) throws BadField {
      time = FieldText.time(text, from, length);
    }

    void split(char[] text, int from, int length) {
      train = FieldText.trimmed(text, from, length).equalsIgnoreCase("train");
    }

    void label(char[] text, int from, int length) throws BadField {
      String word = FieldText.trimmed(text, from, length);
      if (word.isEmpty() || word.equalsIgnoreCase("false")) {
        label = false;
      } else if (word.equalsIgnoreCase("true")) {
        label = true;
      } else {
        try {
          label = FieldText.number(text, from, length) > 0;
        } catch (BadField e) {
          throw new BadField("\"" + word + "\" (expected: 0 or 1, true or false)");
        }
      }
    }
  }

  private static final class Rows {
    private long[] times = new long[1024];
    private boolean[] train = new boolean[1024];
    private boolean[] labels = new boolean[1024];
    private final List<String> syms = new ArrayList<>();
    private int count;

    void remove(BitSet bad) {
      int to = 0;
      for (int row = bad.nextClearBit(0); row < count; row = bad.nextClearBit(row + 1)) {
        times[to] = times[row];
        train[to] = train[row];
        labels[to] = labels[row];
        syms.set(to++, syms.get(row));
      }
      syms.subList(to, count).clear();
      count = to;
    }

    void add(Row row) {
      if (count == times.length) {
        times = Arrays.copyOf(times, 2 * count);
        train = Arrays.copyOf(train, 2 * count);
        labels = Arrays.copyOf(labels, 2 * count);
      }
      syms.add(row.sensor.sym());
      times[count] = row.time;
      train[count] = row.train;
      labels[count++] = row.label;
    }
  }

  public Path path() {
    return path;
  }

  /** The sensor. */
  public String name() {
    return name;
  }

  /** Whether there is a column that says which rows are of the train part. */
  public boolean isSplit() {
    return isSplit;
  }

  /** Their names in the table that a feed fills. */
  public List<String> channels() {
    return channels.names();
  }

  /** Their names in the file, in the same order. */
  public List<String> columns() {
    return channels.columns();
  }

  /** What an operator may have forgotten; null for nothing. */
  public @Nullable String hint() {
    return channels.hint();
  }

  /** Columns that are no channel, each with the reason. */
  public List<String> leftOut() {
    return channels.leftOut();
  }

  public int rowCount() {
    return times.length;
  }

  /** Nanoseconds since 2000.01.01; not to be changed. */
  public long[] times() {
    return times;
  }

  /** A channel's values, NaN where missing; not to be changed. */
  public double[] values(int channel) {
    return values[channel];
  }

  /** Whether each row is of the train part; not to be changed. */
  public boolean[] train() {
    return train;
  }

  /** Whether each row is labelled anomalous; not to be changed. */
  public boolean[] labels() {
    return labels;
  }

  /** Lines left out. */
  public long badLines() {
    return bad.count();
  }

  /** Where the first of them is, and what is wrong with it; empty if there is none. */
  public String firstBadLine() {
    return bad.first();
  }
}
