package tickwatch.feed;

import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.BitSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import tickwatch.feed.FieldText.BadField;

/**
 * Rows of one sensor from a CSV file, plain or gzip, with labels and perhaps a train part, read
 * whole: what a detector learns from and is judged by.
 *
 * <p>Channels are the columns of numbers besides the time, the split and the label; as in {@link
 * CsvSchema}, one field in a hundred may be something else. A missing value is NaN. A line that is
 * not as long as the header, whose time is none, or that has such a field is left out and counted,
 * as a feed does.
 */
public final class LabelledCsv {
  private final Path path;
  private final String name;
  private final List<String> channels;
  private final List<String> leftOut;
  private final long[] times;
  private final double[][] values;
  private final boolean[] train;
  private final boolean[] labels;
  private final boolean isSplit;
  private final BadLine bad;

  /**
   * Lines left out.
   *
   * @param first where the first one is, and what is wrong with it; empty if there is none
   */
  private record BadLine(long count, String first) {}

  private LabelledCsv(
      Path path,
      String name,
      List<String> channels,
      List<String> leftOut,
      long[] times,
      double[][] values,
      boolean[] train,
      boolean[] labels,
      boolean isSplit,
      BadLine bad) {
    this.path = path;
    this.name = name;
    this.isSplit = isSplit;
    this.channels = List.copyOf(channels);
    this.leftOut = List.copyOf(leftOut);
    this.times = times;
    this.values = values;
    this.train = train;
    this.labels = labels;
    this.bad = bad;
  }

  /** A growing column. */
  private static final class Column {
    private final char decimal;
    private double[] numbers = new double[1024];

    /** The rows whose field is neither empty nor a number. */
    private final BitSet bad = new BitSet();

    private int count;
    private long numberCount;
    private long others;
    private String example = "";

    Column(char decimal) {
      this.decimal = decimal;
    }

    void add(char[] buffer, int from, int length) {
      double number = Double.NaN;
      boolean isBad = false;
      if (!CsvSchema.isSurelyText(numberCount, others) && !FieldText.isNull(buffer, from, length)) {
        try {
          number = FieldText.number(buffer, from, length, decimal);
          numberCount++;
        } catch (BadField e) {
          isBad = true;
          if (others++ == 0) {
            example = FieldText.trimmed(buffer, from, length);
          }
        }
      }
      if (count == numbers.length) {
        numbers = Arrays.copyOf(numbers, 2 * count);
      }
      bad.set(count, isBad);
      numbers[count++] = number;
    }

    boolean isText() {
      return others > 0 && !CsvSchema.isMostlyNumbers(numberCount, others);
    }
  }

  /**
   * Reads a file of one sensor, which is called as the file without its endings.
   *
   * @param timeColumn null takes the first of {@code time, ts, timestamp, date} there is
   * @param splitColumn holds {@code train} for rows that are normal and learnt from; null takes
   *     {@code split} if there is such a column
   * @param labelColumn 0 or 1, or true or false; null takes {@code label} if there is such a column
   * @throws FeedException when it cannot be read or lacks a column that was asked for
   */
  public static LabelledCsv read(
      Path path,
      @Nullable String timeColumn,
      @Nullable String splitColumn,
      @Nullable String labelColumn) {
    return read(path, timeColumn, splitColumn, labelColumn, null).get(0);
  }

  /**
   * Reads a file of several sensors, each in the order of its rows.
   *
   * @param sym tells sensors apart
   * @return those that there are, in the order of their first rows
   * @throws FeedException as {@link #read}
   */
  public static List<LabelledCsv> readSensors(
      Path path,
      @Nullable String timeColumn,
      @Nullable String splitColumn,
      @Nullable String labelColumn,
      CsvOptions.Sym sym) {
    return read(path, timeColumn, splitColumn, labelColumn, sym);
  }

  private static List<LabelledCsv> read(
      Path path,
      @Nullable String timeColumn,
      @Nullable String splitColumn,
      @Nullable String labelColumn,
      CsvOptions.@Nullable Sym sym) {
    try (CsvFile file = CsvFile.open(path)) {
      List<String> header = file.header();
      int time = TableColumns.timeColumn(path, header, timeColumn, true);
      int split = column(path, header, splitColumn, "split");
      int label = column(path, header, labelColumn, "label");
      int symAt = sym == null ? -1 : TableColumns.symColumn(path, header, sym);
      List<Column> columns = new ArrayList<>();
      CsvFile.@Nullable FieldReader[] readers = new CsvFile.FieldReader[header.size()];
      Row row = new Row();
      for (int i = 0; i < readers.length; i++) {
        Column column = new Column(file.decimal());
        columns.add(column);
        readers[i] =
            i == time
                ? row::time
                : i == split
                    ? row::split
                    : i == label ? row::label : i == symAt ? row::sym : column::add;
      }
      file.readWith(readers);
      Rows rows = new Rows();
      long bad = 0;
      String firstBad = "";
      while (file.next()) {
        String error = file.error();
        if (error == null) {
          rows.add(row);
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
      String constant = sym == null ? null : sym.constant();
      LabelledCsv all =
          of(
              path,
              constant == null ? CsvOptions.stem(path) : constant,
              header,
              List.of(time, split, label, symAt),
              columns,
              rows,
              split >= 0,
              new BadLine(bad, firstBad));
      return symAt < 0 ? List.of(all) : all.bySym(rows.syms);
    }
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
        path, sym, channels, leftOut, itsTimes, itsValues, itsTrain, itsLabels, isSplit, bad);
  }

  private static LabelledCsv of(
      Path path,
      String name,
      List<String> header,
      List<Integer> special,
      List<Column> columns,
      Rows rows,
      boolean isSplit,
      BadLine bad) {
    List<String> channels = new ArrayList<>();
    List<String> leftOut = new ArrayList<>();
    List<double[]> values = new ArrayList<>();
    BitSet badRows = new BitSet();
    for (int i = 0; i < columns.size(); i++) {
      Column column = columns.get(i);
      boolean about = CsvOptions.LEFT_OUT.contains(header.get(i).toLowerCase(Locale.ROOT));
      if (special.contains(i) || about) {
        continue;
      }
      if (column.isText()) {
        leftOut.add(header.get(i) + " (text, as \"" + column.example + "\")");
      } else {
        channels.add(header.get(i));
        values.add(column.numbers);
        badRows.or(column.bad);
      }
    }
    if (channels.isEmpty()) {
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
        channels,
        leftOut,
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
      Path path, List<String> header, @Nullable String wanted, String otherwise) {
    int at = header.indexOf(wanted == null ? otherwise : wanted);
    if (at < 0 && wanted != null) {
      throw FeedException.precondition(
          path + " has no column " + wanted + " (columns: " + String.join(", ", header) + ")");
    }
    return at;
  }

  /** What a line says of itself. */
  private static final class Row {
    private long time;
    private boolean train;
    private boolean label;
    private String sym = "";

    void sym(char[] text, int from, int length) {
      String word = FieldText.trimmed(text, from, length);
      if (!word.equals(sym)) {
        sym = word;
      }
    }

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
      syms.add(row.sym);
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

  public List<String> channels() {
    return channels;
  }

  /** Columns that are no channel, each with the reason. */
  public List<String> leftOut() {
    return leftOut;
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
