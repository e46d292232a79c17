package tickwatch.feed;

import java.util.List;
import java.util.Locale;

/**
 * Columns that say something about a row and are nothing that was measured: {@code split} and
 * {@code label} whatever they hold; one without a name, which is the row's number in what pandas
 * and R write, or what stands behind a line's last separator; and columns whose name says that they
 * mark what was wrong ({@code is_anomaly}, {@code Fault}), where they hold 0 and 1, or true and
 * false, alone.
 */
final class RowMarks {
  /** By which labels are taken where a file has several, the first first. */
  private static final List<String> LABELS =
      List.of(
          "label",
          "labels",
          "groundtruth",
          "anomaly",
          "anomalies",
          "anomalous",
          "abnormal",
          "anomalylabel",
          "fault",
          "faults",
          "faulty",
          "failure",
          "outlier",
          "outliers",
          "attack",
          "changepoint");

  private RowMarks() {}

  /** Whether a column of this name is left out whatever it holds. */
  static boolean isAlwaysOne(String column) {
    return column.isEmpty() || column.equalsIgnoreCase("split") || column.equalsIgnoreCase("label");
  }

  /** Where a column of this name stands among those of labels; -1 if it is none by its name. */
  static int labelRank(String column) {
    String word = column.toLowerCase(Locale.ROOT).replaceAll("[^a-z0-9]", "");
    int rank = LABELS.indexOf(word);
    return rank < 0 && word.startsWith("is") ? LABELS.indexOf(word.substring(2)) : rank;
  }

  /** Whether a column is left out, by its name and by what it holds. */
  static boolean isOne(String column, ColumnTypes types) {
    return isAlwaysOne(column) || (labelRank(column) >= 0 && types.isMarks());
  }

  /**
   * Whether counters are left out: nothing that was learnt of their first values holds for those
   * that follow. They stay where there is nothing else to watch.
   *
   * @param special columns that are something else: the time, the sym; may have a -1
   */
  static boolean leavesCounters(
      List<String> header, List<ColumnTypes> types, List<Integer> special) {
    for (int i = 0; i < header.size(); i++) {
      ColumnTypes column = types.get(i);
      if (!special.contains(i)
          && column.isMostlyNumbers()
          && !column.isCounter()
          && !isOne(header.get(i), column)) {
        return true;
      }
    }
    return false;
  }

  /** What is said of a counter that is left out. */
  static String counter(String column) {
    return column
        + " (rises and never falls, as a counter: watch its rate instead; --keep "
        + column
        + " makes it a channel)";
  }

  /** What is said of one that is left out. */
  static String reason(String column) {
    if (column.isEmpty()) {
      return "a column without a name (the row's number?)";
    }
    return column
        + (isAlwaysOne(column)
            ? " (says something about the row)"
            : " (0 and 1 alone: labels; --keep " + column + " makes it a channel)");
  }
}
