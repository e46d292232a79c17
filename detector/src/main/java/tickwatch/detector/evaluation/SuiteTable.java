package tickwatch.detector.evaluation;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.function.ToDoubleFunction;

/** Results of many series by data set, as a Markdown table: each series, each data set's mean. */
public final class SuiteTable {
  private record Line(
      String name, ScoreMetrics ranking, FlagMetrics flagging, double rowsPerSecond) {}

  private final Map<String, List<Line>> dataSets = new LinkedHashMap<>();
  private String last = "";

  public void add(
      String dataSet,
      String name,
      ScoreMetrics ranking,
      FlagMetrics flagging,
      double rowsPerSecond) {
    Line line = new Line(name, ranking, flagging, rowsPerSecond);
    dataSets.computeIfAbsent(dataSet, unused -> new ArrayList<>()).add(line);
    last =
        String.format(
            Locale.ROOT,
            "%s: VUS-PR %s, F1 %s, %.0f rows/s",
            name,
            number("%.3f", ranking.vusPr()),
            number("%.3f", flagging.f1()),
            rowsPerSecond);
  }

  /** The line added last, in short. */
  public String last() {
    return last;
  }

  /** Whether there is nothing in it. */
  public boolean isEmpty() {
    return dataSets.isEmpty();
  }

  /** The whole table. */
  public String markdown() {
    StringBuilder text =
        new StringBuilder(
            "| series | VUS-PR | AUC-PR | best F1 (oracle) | F1 | event recall | event precision |"
                + " false alarms a day | delay, rows | NAB | rows/s |\n"
                + "| --- | --- | --- | --- | --- | --- | --- | --- | --- | --- | --- |\n");
    List<List<Double>> means = new ArrayList<>();
    for (Map.Entry<String, List<Line>> one : dataSets.entrySet()) {
      List<Line> lines = one.getValue();
      for (Line line : lines) {
        row(text, line.name(), List.of(line), "");
      }
      String name = one.getKey().isEmpty() ? "all" : one.getKey();
      if (lines.size() > 1) {
        row(text, name + ", mean of " + lines.size(), lines, "**");
      }
      means.add(COLUMNS.stream().map(column -> mean(lines, column)).toList());
    }
    if (means.size() > 1) {
      text.append("| **mean of data sets** |");
      for (int i = 0; i < COLUMNS.size(); i++) {
        int at = i;
        double mean =
            means.stream()
                .mapToDouble(values -> values.get(at))
                .filter(value -> !Double.isNaN(value))
                .average()
                .orElse(Double.NaN);
        text.append(" **").append(number(mean, i)).append("** |");
      }
      text.append('\n');
    }
    text.append('\n');
    pooled(text);
    return text.toString();
  }

  private void pooled(StringBuilder text) {
    text.append(
        "| all rows of a data set together | F1 | false alarm rate | missed | mean share of an event's"
            + " series flagged | median delay, rows |\n"
            + "| --- | --- | --- | --- | --- | --- |\n");
    for (Map.Entry<String, List<Line>> one : dataSets.entrySet()) {
      List<Line> lines = one.getValue();
      FlagMetrics.Rows rows =
          lines.stream()
              .map(line -> line.flagging().rows())
              .reduce(FlagMetrics.Rows::plus)
              .orElseThrow();
      double detected = mean(lines, line -> line.flagging().recall());
      double[] delays =
          lines.stream()
              .mapToDouble(line -> line.flagging().delayRows())
              .filter(delay -> !Double.isNaN(delay))
              .sorted()
              .toArray();
      double median =
          delays.length == 0
              ? Double.NaN
              : (delays[(delays.length - 1) / 2] + delays[delays.length / 2]) / 2;
      text.append(
          String.format(
              Locale.ROOT,
              "| %s | %s | %s | %s | %s | %s |%n",
              one.getKey().isEmpty() ? "all" : one.getKey(),
              number("%.3f", rows.f1()),
              number("%.2f %%", 100 * rows.falseAlarmRate()),
              number("%.1f %%", 100 * rows.missedRate()),
              number("%.3f", detected),
              number("%.1f", median)));
    }
  }

  private static final List<ToDoubleFunction<Line>> COLUMNS =
      List.of(
          line -> line.ranking().vusPr(),
          line -> line.ranking().aucPr(),
          line -> line.ranking().bestF1(),
          line -> line.flagging().f1(),
          line -> line.flagging().eventRecall(),
          line -> line.flagging().eventPrecision(),
          line -> line.flagging().falseAlarmsPerDay(),
          line -> line.flagging().delayRows(),
          line -> line.flagging().nab(),
          Line::rowsPerSecond);

  private static void row(StringBuilder text, String name, List<Line> lines, String mark) {
    text.append("| ").append(mark).append(name).append(mark).append(" |");
    for (int i = 0; i < COLUMNS.size(); i++) {
      text.append(' ')
          .append(mark)
          .append(number(mean(lines, COLUMNS.get(i)), i))
          .append(mark)
          .append(" |");
    }
    text.append('\n');
  }

  private static double mean(List<Line> lines, ToDoubleFunction<Line> column) {
    return lines.stream()
        .mapToDouble(column)
        .filter(value -> !Double.isNaN(value))
        .average()
        .orElse(Double.NaN);
  }

  private static String number(double value, int column) {
    return number(
        column == COLUMNS.size() - 1 ? "%,.0f" : column == 7 || column == 8 ? "%.1f" : "%.3f",
        value);
  }

  private static String number(String format, double value) {
    return Double.isNaN(value) ? "-" : String.format(Locale.ROOT, format, value);
  }
}
