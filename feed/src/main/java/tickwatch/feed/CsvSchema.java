package tickwatch.feed;

import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import org.jspecify.annotations.Nullable;
import tickwatch.feed.FieldText.BadField;
import tickwatch.ipc.value.QType;
import tickwatch.tick.TableSchema;

/**
 * The schema of the table that CSV files can fill, found by reading them whole.
 *
 * <p>First come {@code time} (a timestamp) and {@code sym} (a symbol), then the files' columns in
 * their order, each of the narrowest of these types that all of its fields have:
 *
 * <ul>
 *   <li>a boolean, where every field is {@code true} or {@code false}
 *   <li>a long, where every field is a whole number (12.0 is none)
 *   <li>a float, where every field is a number; also a column without any value
 *   <li>a timestamp, where every field is a calendar time
 * </ul>
 *
 * <p>Empty fields fit every type but the boolean. A column of numbers stays one where up to one
 * field in {@value ColumnTypes#FIELDS_A_BAD_ONE} is something else: a feed reports such a line and
 * skips it. Left out are columns of text and those that say something about a row: {@code split},
 * {@code label}, others of such names ({@code is_anomaly}, {@code fault}) with 0 and 1 alone, and
 * counters, which rise and never fall within any sensor, where there is something else to watch.
 * Bad lines (with too few or too many fields) do not count.
 *
 * @param schema the table
 * @param timeFrom the files' column that the time comes from
 * @param symFrom where the sym comes from, in words
 * @param leftOut the files' columns that are not in the table, each with the reason
 * @param renamed the files' columns that have another name in the table, in words; a feed knows
 * @param badFields the columns of numbers, and the time, where not every field is one, in words
 * @param hint what an operator may have forgotten; null for nothing
 * @param rows lines read
 */
public record CsvSchema(
    TableSchema schema,
    String timeFrom,
    String symFrom,
    List<String> leftOut,
    List<String> renamed,
    List<String> badFields,
    @Nullable String hint,
    long rows) {
  public CsvSchema {
    badFields = List.copyOf(badFields);
    renamed = List.copyOf(renamed);
    leftOut = List.copyOf(leftOut);
  }

  /**
   * Reads the files.
   *
   * @param table the table's name; null makes one of the first file's stem
   * @param keep columns that are not left out for saying something about a row
   * @throws FeedException when a file cannot be read, has no time column or no time in it, or other
   *     columns than the first file
   */
  public static CsvSchema derive(CsvOptions options, @Nullable String table, List<String> keep) {
    List<String> header = List.of();
    List<ColumnTypes> types = new ArrayList<>();
    int time = -1;
    int sym = -1;
    long rows = 0;
    Times times = new Times();
    SensorColumns sensors = new SensorColumns();
    SensorNumbers syms = new SensorNumbers();
    for (Path path : options.files()) {
      try (CsvFile file = CsvFile.open(path)) {
        if (types.isEmpty()) {
          header = file.header();
          time = TableColumns.timeColumn(path, header, options.timeColumn(), true);
          sym = TableColumns.symColumn(path, header, options.sym());
          TableColumns.requireAll(path, header, keep, "--keep");
          for (int i = 0; i < header.size(); i++) {
            types.add(new ColumnTypes());
          }
        } else if (!file.header().equals(header)) {
          throw FeedException.precondition(
              path
                  + " has other columns ("
                  + String.join(", ", file.header())
                  + ") than "
                  + options.files().get(0)
                  + " ("
                  + String.join(", ", header)
                  + ")");
        }
        boolean hasSym = sym >= 0 || options.sym().constant() != null;
        CsvFile.@Nullable FieldReader[] readers = new CsvFile.FieldReader[header.size()];
        for (int i = 0; i < readers.length; i++) {
          ColumnTypes column = types.get(i);
          char decimal = file.decimal();
          CsvFile.FieldReader reader =
              (text, from, length) -> column.add(text, from, length, decimal);
          readers[i] =
              i == time
                  ? times::add
                  : i == sym
                      ? syms::read
                      : hasSym ? reader : sensors.watch(header.get(i), column, reader);
        }
        file.readWith(readers);
        types.forEach(ColumnTypes::startFile);
        sensors.startFile();
        while (file.next()) {
          rows++;
          if (file.error() == null) {
            for (ColumnTypes column : types) {
              column.endLine(syms.number());
            }
            if (times.isTime) {
              sensors.row(times.last);
            }
          }
        }
      }
    }
    if (rows > 0 && times.good == 0) {
      throw FeedException.precondition(
          options.files().get(0)
              + ": no line has a time in its column "
              + header.get(time)
              + ", as \""
              + times.example
              + "\" (expected: "
              + FieldText.TIME_FORMS
              + "); --time names another column");
    }
    return of(options, table, keep, header, types, time, times, sym, sensors.hint(), rows);
  }

  /** How many fields of the time column are times. */
  private static final class Times {
    private long good;
    private long bad;
    private String example = "";

    /** The last line's, if it is one. */
    private long last;

    private boolean isTime;

    void add(char[] text, int from, int length) {
      try {
        last = FieldText.time(text, from, length);
        isTime = true;
        good++;
      } catch (BadField e) {
        isTime = false;
        if (bad++ == 0) {
          example = FieldText.trimmed(text, from, length);
        }
      }
    }
  }

  private static String bad(String column, String what, long bad, long all, String example) {
    return String.format(
        Locale.ROOT,
        "%s: not a %s in %,d of %,d fields, as \"%s\" (a feed skips such lines)",
        column,
        what,
        bad,
        all,
        example);
  }

  private static CsvSchema of(
      CsvOptions options,
      @Nullable String table,
      List<String> keep,
      List<String> header,
      List<ColumnTypes> types,
      int time,
      Times times,
      int sym,
      @Nullable String hint,
      long rows) {
    List<String> names = QNames.of(header);
    List<String> columns = new ArrayList<>(List.of("time", "sym"));
    List<QType> columnTypes = new ArrayList<>(List.of(QType.TIMESTAMP, QType.SYMBOL));
    List<String> leftOut = new ArrayList<>();
    List<String> renamed = new ArrayList<>();
    List<String> badFields = new ArrayList<>();
    if (times.bad > 0) {
      badFields.add(
          bad(header.get(time), "time", times.bad, times.good + times.bad, times.example));
    }
    boolean leavesCounters = RowMarks.leavesCounters(header, types, List.of(time, sym));
    for (int i = 0; i < header.size(); i++) {
      if (i == time || i == sym) {
        continue;
      }
      ColumnTypes column = types.get(i);
      QType type = column.type();
      if (RowMarks.isOne(header.get(i), column) && !keep.contains(header.get(i))) {
        leftOut.add(RowMarks.reason(header.get(i)));
      } else if (leavesCounters && column.isCounter() && !keep.contains(header.get(i))) {
        leftOut.add(RowMarks.counter(header.get(i)));
      } else if (type == null) {
        leftOut.add(header.get(i) + " (text, as \"" + column.example() + "\")");
      } else {
        columns.add(names.get(i));
        if (!names.get(i).equals(header.get(i))) {
          renamed.add(header.get(i) + " is called " + names.get(i));
        }
        columnTypes.add(type);
        if (column.isMostlyNumbers() && column.others() > 0) {
          badFields.add(
              bad(
                  header.get(i),
                  "number",
                  column.others(),
                  column.numbers() + column.others(),
                  column.example()));
        }
      }
    }
    if (columns.size() == 2) {
      throw FeedException.precondition(
          options.files().get(0)
              + " has no column of numbers besides the time and the sym (columns: "
              + String.join(", ", header)
              + ")");
    }
    String constant = options.sym().constant();
    String symFrom =
        sym >= 0
            ? "column " + header.get(sym)
            : constant != null
                ? "always " + constant
                : "the file's name, as " + CsvOptions.stem(options.files().get(0));
    String name = table == null ? QNames.of(CsvOptions.stem(options.files().get(0))) : table;
    return new CsvSchema(
        new TableSchema(name, columns, columnTypes, 0),
        header.get(time),
        symFrom,
        leftOut,
        renamed,
        badFields,
        hint,
        rows);
  }

  /** This table as a line of a schema file. */
  public String q() {
    return q(schema);
  }

  /** The line of a schema file: {@code plant:([]time:`timestamp$();sym:`symbol$();...)}. */
  public static String q(TableSchema schema) {
    StringBuilder q = new StringBuilder(schema.name()).append(":([]");
    for (int i = 0; i < schema.columns().size(); i++) {
      q.append(i == 0 ? "" : ";")
          .append(schema.columns().get(i))
          .append(":`")
          .append(schema.types().get(i).name().toLowerCase(Locale.ROOT))
          .append("$()");
    }
    return q.append(')').toString();
  }
}
