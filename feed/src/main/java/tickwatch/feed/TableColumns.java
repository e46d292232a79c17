package tickwatch.feed;

import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;
import tickwatch.feed.FieldText.BadField;
import tickwatch.ipc.value.QType;
import tickwatch.tick.TableSchema;

/**
 * The columns of a table and where a file has them: the first is the time, the second the sym,
 * every other one is the file's column of that name, or of a name that {@link QNames} turns into
 * it.
 */
final class TableColumns {
  static final int TIME = 0;
  static final int SYM = 1;

  private final TableSchema schema;
  private final List<ColumnKind> kinds;

  /**
   * @throws FeedException when a CSV file cannot fill the table
   */
  TableColumns(TableSchema schema) {
    this.schema = schema;
    this.kinds = new ArrayList<>();
    for (int i = 0; i < schema.columns().size(); i++) {
      QType type = schema.types().get(i);
      ColumnKind kind = ColumnKind.of(type);
      if (kind == null) {
        throw FeedException.precondition(
            "column "
                + schema.columns().get(i)
                + " of table "
                + schema.name()
                + " is a "
                + type
                + ", which no CSV field can fill");
      }
      kinds.add(kind);
    }
    if (kinds.size() < 2
        || (kinds.get(TIME) != ColumnKind.TIMESTAMP && kinds.get(TIME) != ColumnKind.TIMESPAN)
        || kinds.get(SYM) != ColumnKind.SYMBOL) {
      throw FeedException.precondition(
          "table "
              + schema.name()
              + " does not start with a time and a symbol (expected:"
              + " time:`timestamp$();sym:`symbol$();...)");
    }
  }

  int count() {
    return kinds.size();
  }

  ColumnKind kind(int column) {
    return kinds.get(column);
  }

  String name(int column) {
    return schema.columns().get(column);
  }

  /**
   * Where a file has what the table needs.
   *
   * @param time position in the file's header; -1 if there is none
   * @param sym likewise
   * @param only likewise
   * @param columns for each of the table's columns its position in the file's header; those of time
   *     and sym are not used
   * @param leftOut the file's columns that the table does not have
   */
  record Mapping(int time, int sym, int only, List<Integer> columns, List<String> leftOut) {}

  /**
   * Finds the table's columns in a file.
   *
   * @param timeNeeded whether rows must have a time of their own
   * @throws FeedException when one is not there
   */
  Mapping map(Path file, List<String> header, CsvOptions options, boolean timeNeeded) {
    int time = timeColumn(file, header, options.timeColumn(), timeNeeded);
    int sym = symColumn(file, header, options.sym());
    CsvOptions.Only only = options.only();
    int onlyColumn = only == null ? -1 : named(file, header, only.column(), "--only");

    Map<String, Integer> byName = new TreeMap<>();
    List<String> names = QNames.of(header);
    for (int i = header.size() - 1; i >= 0; i--) {
      byName.put(names.get(i), i);
    }
    for (int i = header.size() - 1; i >= 0; i--) {
      byName.put(header.get(i), i);
    }
    List<Integer> columns = new ArrayList<>(List.of(-1, -1));
    boolean[] used = new boolean[header.size()];
    List<String> missing = new ArrayList<>();
    for (int i = SYM + 1; i < count(); i++) {
      Integer at = byName.get(name(i));
      if (at == null) {
        missing.add(name(i));
      } else {
        columns.add(at);
        used[at] = true;
      }
    }
    List<String> leftOut = new ArrayList<>();
    for (int i = 0; i < header.size(); i++) {
      if (!used[i] && i != time && i != sym) {
        leftOut.add(header.get(i));
      }
    }
    if (!missing.isEmpty()) {
      throw FeedException.precondition(
          file
              + " has no column "
              + String.join(", ", missing)
              + ", which table "
              + schema.name()
              + " of the tickerplant has (the file's columns that the table has not: "
              + (leftOut.isEmpty() ? "none" : String.join(", ", leftOut))
              + "); name another --table, or start the tickerplant with the schema that"
              + " \"tickwatch schema "
              + file.getFileName()
              + "\" prints");
    }
    return new Mapping(time, sym, onlyColumn, columns, leftOut);
  }

  /** The position of the time column; -1 if there is none and none is needed. */
  static int timeColumn(Path file, List<String> header, @Nullable String wanted, boolean needed) {
    if (wanted != null) {
      return named(file, header, wanted, "--time");
    }
    for (String name : CsvOptions.TIME_COLUMNS) {
      for (int i = 0; i < header.size(); i++) {
        if (header.get(i).replaceAll("[ _-]", "").equalsIgnoreCase(name)) {
          return i;
        }
      }
    }
    return needed ? onlyTimeColumn(file, header) : -1;
  }

  /** The only column that has a time in the first line, whatever its name. */
  private static int onlyTimeColumn(Path path, List<String> header) {
    if (looksLikeData(header)) {
      throw noHeader(path, header);
    }
    List<String> fields = firstFields(path, header);
    List<Integer> times = new ArrayList<>();
    for (int i = 0; i < Math.min(fields.size(), header.size()); i++) {
      if (isCalendarTime(fields.get(i)) || isUnixTime(header.get(i), fields.get(i))) {
        times.add(i);
      }
    }
    if (times.size() == 1) {
      return times.get(0);
    }
    throw FeedException.precondition(
        path
            + " has no column "
            + String.join(", ", CsvOptions.TIME_COLUMNS)
            + " (columns: "
            + String.join(", ", header)
            + "); name its time column with --time"
            + (times.isEmpty()
                ? ""
                : ", perhaps --time "
                    + header.get(times.get(0))
                    + " (its first field is "
                    + fields.get(times.get(0))
                    + ")"));
  }

  private static List<String> firstFields(Path path, List<String> header) {
    List<String> fields = new ArrayList<>();
    try (CsvFile file = CsvFile.open(path)) {
      CsvFile.@Nullable FieldReader[] readers = new CsvFile.FieldReader[header.size()];
      Arrays.fill(
          readers,
          (CsvFile.FieldReader)
              (text, from, length) -> fields.add(FieldText.trimmed(text, from, length)));
      file.readWith(readers);
      file.next();
    }
    return fields;
  }

  /** A number of a column that says by its name that it is of times, and of this century. */
  private static boolean isUnixTime(String name, String field) {
    String word = name.toLowerCase(Locale.ROOT);
    if (!word.contains("time") && !word.contains("epoch") && !word.contains("unix")) {
      return false;
    }
    try {
      return isNumber(field) && FieldText.time(field.toCharArray(), 0, field.length()) > 0;
    } catch (BadField e) {
      return false;
    }
  }

  private static FeedException noHeader(Path file, List<String> header) {
    return FeedException.precondition(
        file
            + " has no header line: its first line is \""
            + String.join(",", header)
            + "\" (expected: the columns' names); put a line above it, as "
            + String.join(",", madeUpNames(header)));
  }

  /** Whether a header line is none: names may be numbers, but hardly all of them, nor times. */
  private static boolean looksLikeData(List<String> header) {
    return header.stream().anyMatch(TableColumns::isCalendarTime)
        || header.stream().allMatch(TableColumns::isNumber);
  }

  /** Names that would do for columns of such fields. */
  private static List<String> madeUpNames(List<String> fields) {
    int time = 0;
    while (time < fields.size() && !isCalendarTime(fields.get(time))) {
      time++;
    }
    time = time == fields.size() ? 0 : time;
    List<String> names = new ArrayList<>();
    for (int i = 0; i < fields.size(); i++) {
      boolean isText = !isNumber(fields.get(i)) && !fields.get(i).isEmpty();
      names.add(i == time ? "time" : isText && !names.contains("sym") ? "sym" : "c" + (i + 1));
    }
    return names;
  }

  private static boolean isNumber(String field) {
    try {
      FieldText.number(field.toCharArray(), 0, field.length());
      return true;
    } catch (BadField e) {
      return false;
    }
  }

  /** A time that is written as one, not as a number. */
  private static boolean isCalendarTime(String field) {
    return !isNumber(field) && ColumnTypes.isTime(field.toCharArray(), 0, field.length());
  }

  /** The position of the sym column; -1 if the sym does not come from a column. */
  static int symColumn(Path file, List<String> header, CsvOptions.Sym sym) {
    String column = sym.column();
    if (column != null) {
      return named(file, header, column, "--sym");
    }
    return sym.constant() != null ? -1 : header.indexOf("sym");
  }

  /** Refuses names of columns that a file has not. */
  static void requireAll(Path file, List<String> header, List<String> names, String flag) {
    names.forEach(name -> named(file, header, name, flag));
  }

  private static int named(Path file, List<String> header, String name, String flag) {
    int at = header.indexOf(name);
    if (at < 0 && looksLikeData(header)) {
      throw noHeader(file, header);
    }
    if (at < 0) {
      throw FeedException.precondition(
          flag
              + " "
              + name
              + ": "
              + file
              + " has no such column (columns: "
              + String.join(", ", header)
              + ")");
    }
    return at;
  }
}
