package tickwatch.feed;

import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import org.jspecify.annotations.Nullable;
import tickwatch.feed.FieldText.BadField;

/**
 * A CSV file of one sensor, plain or gzip, with labels and perhaps a train part, read whole: what a
 * detector is judged by.
 *
 * <p>Channels are the columns of numbers besides the time, the split and the label. A missing value
 * is NaN. A line that is not as long as the header, or whose time is none, is left out and counted.
 */
public final class LabelledCsv {
  private final Path path;
  private final List<String> channels;
  private final List<String> leftOut;
  private final long[] times;
  private final double[][] values;
  private final boolean[] train;
  private final boolean[] labels;
  private final long badLines;

  private LabelledCsv(
      Path path,
      List<String> channels,
      List<String> leftOut,
      long[] times,
      double[][] values,
      boolean[] train,
      boolean[] labels,
      long badLines) {
    this.path = path;
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
   * Reads a file.
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
    try (CsvFile file = CsvFile.open(path)) {
      List<String> header = file.header();
      int time = TableColumns.timeColumn(path, header, timeColumn, true);
      int split = column(path, header, splitColumn, "split");
      int label = column(path, header, labelColumn, "label");
      List<Column> columns = new ArrayList<>();
      CsvFile.@Nullable FieldReader[] readers = new CsvFile.FieldReader[header.size()];
      Row row = new Row();
      for (int i = 0; i < readers.length; i++) {
        Column column = new Column();
        columns.add(column);
        readers[i] =
            i == time ? row::time : i == split ? row::split : i == label ? row::label : column::add;
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
      return of(path, header, List.of(time, split, label), columns, rows, bad);
    }
  }

  private static LabelledCsv of(
      Path path,
      List<String> header,
      List<Integer> special,
      List<Column> columns,
      Rows rows,
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
        channels,
        leftOut,
        Arrays.copyOf(rows.times, rows.count),
        values.toArray(double[][]::new),
        Arrays.copyOf(rows.train, rows.count),
        Arrays.copyOf(rows.labels, rows.count),
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
    private int count;

    void add(Row row) {
      if (count == times.length) {
        times = Arrays.copyOf(times, 2 * count);
        train = Arrays.copyOf(train, 2 * count);
        labels = Arrays.copyOf(labels, 2 * count);
      }
      times[count] = row.time;
      train[count] = row.train;
      labels[count++] = row.label;
    }
  }

  public Path path() {
    return path;
  }

  /** The file's name without its endings. */
  public String name() {
    return CsvOptions.stem(path);
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
