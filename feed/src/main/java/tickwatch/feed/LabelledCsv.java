package tickwatch.feed;

import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
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
 * <p>Channels are the columns of numbers besides the time, the split and the label. A missing value
 * is NaN. A line that is not as long as the header, or whose time is none, is left out and counted.
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
  private final long badLines;

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
      long badLines) {
    this.path = path;
    this.name = name;
    this.isSplit = isSplit;
    this.channels = List.copyOf(channels);
    this.leftOut = List.copyOf(leftOut);
    this.times = times;
    this.values = values;
    this.train = train;
    this.labels = labels;
    this.badLines = badLines;
  }

  /** A growing column. */
  private static final class Column {
    private double[] numbers = new double[1024];
    private int count;
    private boolean text;
    private String example = "";

    void add(char[] buffer, int from, int length) {
      double number = Double.NaN;
      if (!text && !FieldText.isNull(buffer, from, length)) {
        try {
          number = FieldText.number(buffer, from, length);
        } catch (BadField e) {
          text = true;
          example = FieldText.trimmed(buffer, from, length);
        }
      }
      if (count == numbers.length) {
        numbers = Arrays.copyOf(numbers, 2 * count);
      }
      numbers[count++] = number;
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
        Column column = new Column();
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
      while (file.next()) {
        if (file.error() == null) {
          rows.add(row);
        } else {
          bad++;
        }
        for (Column column : columns) {
          // A bad line may have filled some columns and not others.
          column.count = Math.min(column.count, rows.count);
        }
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
              bad);
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
        path, sym, channels, leftOut, itsTimes, itsValues, itsTrain, itsLabels, isSplit, badLines);
  }

  private static LabelledCsv of(
      Path path,
      String name,
      List<String> header,
      List<Integer> special,
      List<Column> columns,
      Rows rows,
      boolean isSplit,
      long bad) {
    List<String> channels = new ArrayList<>();
    List<String> leftOut = new ArrayList<>();
    List<double[]> values = new ArrayList<>();
    for (int i = 0; i < columns.size(); i++) {
      Column column = columns.get(i);
      boolean about = CsvOptions.LEFT_OUT.contains(header.get(i).toLowerCase(Locale.ROOT));
      if (special.contains(i) || about) {
        continue;
      }
      if (column.text) {
        leftOut.add(header.get(i) + " (text, as \"" + column.example + "\")");
      } else {
        channels.add(header.get(i));
        values.add(Arrays.copyOf(column.numbers, rows.count));
      }
    }
    if (channels.isEmpty()) {
      throw FeedException.precondition(
          path + " has no column of numbers (columns: " + String.join(", ", header) + ")");
    }
    return new LabelledCsv(
        path,
        name,
        channels,
        leftOut,
        Arrays.copyOf(rows.times, rows.count),
        values.toArray(double[][]::new),
        Arrays.copyOf(rows.train, rows.count),
        Arrays.copyOf(rows.labels, rows.count),
        isSplit,
        bad);
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
      } else {
        label = word.equalsIgnoreCase("true") || FieldText.number(text, from, length) > 0;
      }
    }
  }

  private static final class Rows {
    private long[] times = new long[1024];
    private boolean[] train = new boolean[1024];
    private boolean[] labels = new boolean[1024];
    private final List<String> syms = new ArrayList<>();
    private int count;

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
    return badLines;
  }
}
