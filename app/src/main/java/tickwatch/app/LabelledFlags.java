package tickwatch.app;

import java.io.PrintWriter;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import tickwatch.detector.evaluation.LabelledSeries;
import tickwatch.feed.LabelledCsv;
import tickwatch.series.CommaList;

/** What the columns of CSV files with a normal part and labels are, for all who learn from them. */
@SuppressWarnings("NullAway.Init") // picocli sets the fields
final class LabelledFlags {
  @Mixin private CsvFlags csvFlags;

  @Option(
      names = "--split",
      paramLabel = "COL",
      description =
          "The column that says train for rows that are normal, the first ones (default: split, if"
              + " there is one).")
  private @Nullable String split;

  @Option(
      names = "--label",
      paramLabel = "COL",
      description =
          "The column of labels, 0 or 1, which is no channel (default: label; else one of a name like"
              + " anomaly, is_anomaly or fault with 0 and 1 alone).")
  private @Nullable String label;

  @Option(
      names = "--keep",
      paramLabel = "COL",
      arity = "1..*",
      description =
          "Columns that are channels all the same, though they look like labels or counters.")
  private List<String> keep = List.of();

  @Option(
      names = "--channels",
      paramLabel = "COL",
      arity = "1..*",
      description = "The channels, in this order (default: all columns of numbers).")
  private List<String> channels = List.of();

  /**
   * One sensor's rows.
   *
   * @param isSplit whether a column says which of them are normal
   */
  record Labelled(LabelledSeries series, boolean isSplit) {}

  /** The sensors of a file; what of it is left out is told. */
  List<Labelled> read(Path file, PrintWriter err) {
    List<LabelledCsv> found =
        LabelledCsv.readSensors(
            file, new LabelledCsv.Columns(csvFlags.time(), split, label, keep), csvFlags.sym());
    LabelledCsv first = found.get(0);
    if (first.badLines() > 0) {
      err.println(
          file
              + ": "
              + first.badLines()
              + (first.badLines() == 1 ? " bad line is" : " bad lines are")
              + " left out, the first is "
              + first.firstBadLine());
    }
    if (channels.isEmpty()) {
      for (int c = 0; c < first.channels().size(); c++) {
        if (!first.channels().get(c).equals(first.columns().get(c))) {
          err.println(
              file
                  + ": renamed: "
                  + first.columns().get(c)
                  + " is called "
                  + first.channels().get(c));
        }
      }
      first.leftOut().forEach(column -> err.println(file + ": left out: " + column));
    }
    String hint = first.hint();
    if (hint != null) {
      err.println(file + ": hint: " + hint);
    }
    List<Labelled> all = new ArrayList<>();
    for (LabelledCsv csv : found) {
      try {
        all.add(new Labelled(series(file, csv), csv.isSplit()));
      } catch (IllegalArgumentException e) {
        throw new OperatorException(ExitCode.USAGE, file + ": " + e.getMessage(), e);
      }
    }
    return all;
  }

  /** The channels that were asked for, by their names in the file or in the table. */
  private LabelledSeries series(Path file, LabelledCsv csv) {
    List<String> wanted =
        channels.isEmpty() ? csv.channels() : CommaList.names(channels, name -> at(csv, name) >= 0);
    List<String> names = new ArrayList<>();
    double[][] values = new double[wanted.size()][];
    for (int c = 0; c < values.length; c++) {
      int at = at(csv, wanted.get(c));
      if (at < 0) {
        throw new OperatorException(ExitCode.USAGE, notThere(file, csv, wanted.get(c)));
      }
      names.add(csv.channels().get(at));
      values[c] = csv.values(at);
    }
    return new LabelledSeries(csv.name(), names, csv.times(), values, csv.train(), csv.labels());
  }

  private static int at(LabelledCsv csv, String channel) {
    int at = csv.columns().indexOf(channel);
    return at < 0 ? csv.channels().indexOf(channel) : at;
  }

  private static String notThere(Path file, LabelledCsv csv, String channel) {
    return csv.leftOut().stream()
        .filter(column -> column.startsWith(channel + " "))
        .findFirst()
        .map(
            column ->
                file + ": --channels " + column + " (expected: a column of numbers or nothing)")
        .orElse(
            file
                + ": --channels "
                + channel
                + ": no such column of numbers (columns: "
                + String.join(", ", csv.columns())
                + ")");
  }

  /** The column that {@link Labelled#isSplit} is about. */
  String splitColumn() {
    return split == null ? "split" : split;
  }
}
