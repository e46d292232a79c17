package tickwatch.app;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Option;
import tickwatch.feed.CsvOptions;
import tickwatch.series.CommaList;

/** The flags about a CSV file's columns, common to all who read one. */
final class CsvFlags {
  @Option(
      names = "--time",
      paramLabel = "COL",
      description =
          "The column of the times (default: time, ts, timestamp, date or datetime, else the only one with times).")
  private @Nullable String time;

  @Option(
      names = "--sym",
      paramLabel = "COL|=NAME",
      description =
          "The column of the syms, or one name for all rows (default: the column sym, else the"
              + " file's name without its ending).")
  private @Nullable String sym;

  /** The files that a flag names; a comma parts two of them unless there is a file of that name. */
  static List<Path> files(List<String> named) {
    return CommaList.names(named, name -> Files.exists(Path.of(name))).stream()
        .map(Path::of)
        .toList();
  }

  /** The files with what these flags say of them. */
  CsvOptions options(List<Path> files, CsvOptions.@Nullable Only only) {
    return new CsvOptions(files, time, sym(), only);
  }

  /** The column of the times; null if it is to be found. */
  @Nullable String time() {
    return time;
  }

  /** Where the syms come from. */
  CsvOptions.Sym sym() {
    return sym == null ? CsvOptions.Sym.DEFAULT : CsvOptions.Sym.parse(sym);
  }
}
