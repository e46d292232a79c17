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
 * field in {@value #FIELDS_A_BAD_ONE} is something else: a feed reports such a line and skips it.
 * Columns {@code split} and {@code label} and columns of text are left out. Bad lines (with too few
 * or too many fields) do not count.
 *
 * @param schema the table
 * @param timeFrom the files' column that the time comes from
 * @param symFrom where the sym comes from, in words
 * @param leftOut the files' columns that are not in the table, each with the reason
 * @param renamed the files' columns that have another name in the table, in words; a feed knows
 * @param badFields the columns of numbers, and the time, where not every field is one, in words
 * @param rows lines read
 */
public record CsvSchema(
    TableSchema schema,
    String timeFrom,
    String symFrom,
    List<String> leftOut,
    List<String> renamed,
    List<String> badFields,
    long rows) {
  private static final int FIELDS_A_BAD_ONE = 100;

  public CsvSchema {
    badFields = List.copyOf(badFields);
    renamed = List.copyOf(renamed);
    leftOut = List.copyOf(leftOut);
  }

  /**
   * Reads the files.
   *
   * @param table the table's name; null makes one of the first file's stem
   * @throws FeedException when a file cannot be read, has no time column or no time in it, or other
   *     columns than the first file
   */
  public static CsvSchema derive(CsvOptions options, @Nullable String table) {
    List<String> header = List.of();
    List<ColumnTypes> types = new ArrayList<>();
    int time = -1;
    int sym = -1;
    long rows = 0;
    Times times = new Times();
    for (Path path : options.files()) {
      try (CsvFile file = CsvFile.open(path)) {
        if (types.isEmpty()) {
          header = file.header();
          time = TableColumns.timeColumn(path, header, options.timeColumn(), true);
          sym = TableColumns.symColumn(path, header, options.sym());
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
        CsvFile.@Nullable FieldReader[] readers = new CsvFile.FieldReader[header.size()];
        for (int i = 0; i < readers.length; i++) {
          ColumnTypes column = types.get(i);
          char decimal = file.decimal();
          readers[i] =
              i == time
                  ? times::add
                  : (text, from, length) -> column.add(text, from, length, decimal);
        }
        file.readWith(readers);
        while (file.next()) {
          rows++;
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
              + "\" (expected: as 2026-01-31T12:00:00Z, or a Unix time); --time names another column");
    }
    return of(options, table, header, types, time, times, sym, rows);
  }

  /** How many fields of the time column are times. */
  private static final class Times {
    private long good;
    private long bad;
    private String example = "";

    void add(char[] text, int from, int length) {
      if (ColumnTypes.isTime(text, from, length)) {
        good++;
      } else if (bad++ == 0) {
        example = FieldText.trimmed(text, from, length);
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

  /** Whether a column of so many numbers and other texts counts as one of numbers. */
  static boolean isMostlyNumbers(long numbers, long others) {
    return numbers > 0 && others * FIELDS_A_BAD_ONE <= numbers + others;
  }

  /** Whether so many numbers and other texts can no longer become a column of numbers. */
  static boolean isSurelyText(long numbers, long others) {
    return others > FIELDS_A_BAD_ONE && others > numbers;
  }

  private static CsvSchema of(
      CsvOptions options,
      @Nullable String table,
      List<String> header,
      List<ColumnTypes> types,
      int time,
      Times times,
      int sym,
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
    for (int i = 0; i < header.size(); i++) {
      if (i == time || i == sym) {
        continue;
      }
      QType type = types.get(i).type();
      if (CsvOptions.LEFT_OUT.contains(header.get(i).toLowerCase(Locale.ROOT))) {
        leftOut.add(header.get(i) + " (says something about the row)");
      } else if (type == null) {
        leftOut.add(header.get(i) + " (text, as \"" + types.get(i).example + "\")");
      } else {
        columns.add(names.get(i));
        if (!names.get(i).equals(header.get(i))) {
          renamed.add(header.get(i) + " is called " + names.get(i));
        }
        columnTypes.add(type);
        if (types.get(i).isMostlyNumbers() && types.get(i).others > 0) {
          badFields.add(
              bad(
                  header.get(i),
                  "number",
                  types.get(i).others,
                  types.get(i).numbers + types.get(i).others,
                  types.get(i).example));
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

  /** Which types the fields of a column have so far. */
  private static final class ColumnTypes {
    private boolean truths = true;
    private boolean wholes = true;
    private boolean times = true;
    private boolean isText;
    private long numbers;

    /** Fields that are neither empty nor a number, and the first of them. */
    private long others;

    private String example = "";

    void add(char[] text, int from, int length, char decimal) {
      if (FieldText.isNull(text, from, length)) {
        truths = false;
        return;
      }
      if (!isText && isNumber(text, from, length, decimal)) {
        numbers++;
        wholes = wholes && isWhole(text, from, length, decimal);
        truths = false;
        times = false;
        return;
      }
      if (others++ == 0) {
        example = FieldText.trimmed(text, from, length);
      }
      // To find that a field is no number takes long.
      isText = isSurelyText(numbers, others);
      truths = truths && isTruth(text, from, length);
      times = times && isTime(text, from, length);
    }

    boolean isMostlyNumbers() {
      return CsvSchema.isMostlyNumbers(numbers, others);
    }

    private static boolean isNumber(char[] text, int from, int length, char decimal) {
      try {
        FieldText.number(text, from, length, decimal);
        return true;
      } catch (BadField e) {
        return false;
      }
    }

    private static boolean isWhole(char[] text, int from, int length, char decimal) {
      for (int i = from; i < from + length; i++) {
        if (text[i] == '.' || text[i] == decimal) {
          return false;
        }
      }
      try {
        FieldText.whole(text, from, length, Long.MIN_VALUE + 1, Long.MAX_VALUE);
        return true;
      } catch (BadField e) {
        return false;
      }
    }

    private static boolean isTruth(char[] text, int from, int length) {
      String trimmed = FieldText.trimmed(text, from, length);
      return trimmed.equalsIgnoreCase("true") || trimmed.equalsIgnoreCase("false");
    }

    private static boolean isTime(char[] text, int from, int length) {
      try {
        FieldText.time(text, from, length);
        return true;
      } catch (BadField e) {
        return false;
      }
    }

    /** Null for text. */
    @Nullable QType type() {
      if (isMostlyNumbers()) {
        return wholes ? QType.LONG : QType.FLOAT;
      }
      if (numbers + others == 0) {
        return QType.FLOAT;
      }
      return truths ? QType.BOOLEAN : times ? QType.TIMESTAMP : null;
    }
  }
}
