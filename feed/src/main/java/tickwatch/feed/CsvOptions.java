package tickwatch.feed;

import java.nio.file.Path;
import java.util.List;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/**
 * Which CSV files, and what their columns mean.
 *
 * @param files plain or gzip; several are merged by time, of equal times the earlier file first
 * @param timeColumn the column of the rows' times; null takes the first of {@code time, ts,
 *     timestamp, date, datetime} there is, else the only one with a time in the first line
 * @param sym where a row's sym comes from
 * @param only which rows count; null is all
 */
public record CsvOptions(
    List<Path> files, @Nullable String timeColumn, Sym sym, @Nullable Only only)
    implements RowSource {
  static final List<String> TIME_COLUMNS = List.of("time", "ts", "timestamp", "date", "datetime");

  public CsvOptions {
    files = List.copyOf(files);
    if (files.isEmpty()) {
      throw FeedException.precondition("no CSV file is named (expected: --csv FILE...)");
    }
  }

  /** All rows of these files, their columns found by name. */
  public static CsvOptions of(List<Path> files) {
    return new CsvOptions(files, null, Sym.DEFAULT, null);
  }

  /**
   * Where a row's sym comes from: a column, or one name for all rows, or with neither the column
   * {@code sym} if there is one, else the stem of the file's name ({@code omi-1} of {@code
   * data/omi-1.csv.gz}).
   */
  public record Sym(@Nullable String column, @Nullable String constant) {
    public static final Sym DEFAULT = new Sym(null, null);

    /** Reads {@code COL} or {@code =NAME}. */
    public static Sym parse(String text) {
      if (text.isEmpty() || text.equals("=")) {
        throw FeedException.precondition("sym: \"" + text + "\" (expected: COLUMN or =NAME)");
      }
      return text.startsWith("=") ? new Sym(null, text.substring(1)) : new Sym(text, null);
    }
  }

  /** Only rows whose column holds exactly this text. */
  public record Only(String column, String value) {
    /** Reads {@code COL=VALUE}. */
    public static Only parse(String text) {
      int equals = text.indexOf('=');
      if (equals < 1) {
        throw FeedException.precondition(
            "only: \"" + text + "\" (expected: COLUMN=VALUE, as split=test)");
      }
      return new Only(text.substring(0, equals), text.substring(equals + 1));
    }
  }

  /** The stems of the first three files. */
  @Override
  public String label() {
    return files.stream().limit(3).map(file -> "-" + stem(file)).collect(Collectors.joining());
  }

  @Override
  public String identity() {
    StringBuilder all = new StringBuilder();
    for (Path file : files) {
      all.append('\0').append(file.toAbsolutePath().normalize());
    }
    return all.append('\0').append(timeColumn).append('\0').append(sym).append(only).toString();
  }

  /** The name of a file without its folder and without {@code .gz}, {@code .csv} and the like. */
  static String stem(Path file) {
    String name = String.valueOf(file.getFileName());
    for (String ending : List.of(".gz", ".csv", ".tsv", ".txt")) {
      if (name.length() > ending.length()
          && name.regionMatches(
              true, name.length() - ending.length(), ending, 0, ending.length())) {
        name = name.substring(0, name.length() - ending.length());
      }
    }
    return name;
  }
}
