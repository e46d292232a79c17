package tickwatch.detector;

import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import tickwatch.detector.evaluation.FlagMetrics;
import tickwatch.detector.evaluation.LabelledSeries;
import tickwatch.detector.evaluation.ScoreMetrics;

/**
 * A page of what came of labelled series, in one file that needs no network: for each the channels
 * that most alarms are of, with what was expected of them, then the score with its threshold;
 * labelled rows are shaded, flagged ones marked.
 */
public final class EvaluationReport {
  private static final int CHANNELS = 3;

  private final StringBuilder sections = new StringBuilder();
  private final StringBuilder table = new StringBuilder();

  /** Adds a series. */
  public void add(
      String dataSet, Evaluation.Outcome outcome, ScoreMetrics ranking, FlagMetrics flagging) {
    LabelledSeries series = outcome.series();
    String name = escaped(dataSet.isEmpty() ? series.name() : dataSet + " / " + series.name());
    table.append(
        String.format(
            Locale.ROOT,
            "<tr><td><a href=\"#s%d\">%s</a></td><td>%s</td><td>%s</td><td>%s</td><td>%s</td>"
                + "<td>%s</td><td>%d of %d</td><td>%s</td></tr>%n",
            sections.length(),
            name,
            number("%.3f", ranking.vusPr()),
            number("%.3f", ranking.aucPr()),
            number("%.3f", flagging.f1()),
            number("%.3f", flagging.eventRecall()),
            number("%.2f", flagging.falseAlarmsPerDay()),
            flagging.falseAlarms(),
            flagging.alarms(),
            number("%.1f", flagging.delayRows())));
    sections.append("<h2 id=\"s").append(sections.length()).append("\">").append(name);
    sections.append("</h2>\n");
    sections.append(new SeriesDrawing(outcome).svg(channels(outcome)));
  }

  /** The channels that most flagged rows are of; the first ones where none is flagged. */
  private static List<Integer> channels(Evaluation.Outcome outcome) {
    int count = outcome.series().channels().size();
    int[] flagged = new int[count];
    for (int t = outcome.from(); t < outcome.flags().length; t++) {
      int first = outcome.top()[t * Evaluation.TOP_CHANNELS];
      if (outcome.flags()[t] && first >= 0) {
        flagged[first]++;
      }
    }
    List<Integer> order = new ArrayList<>();
    for (int c = 0; c < count; c++) {
      order.add(c);
    }
    order.sort((a, b) -> Integer.compare(flagged[b], flagged[a]));
    return order.subList(0, Math.min(CHANNELS, count));
  }

  private static String number(String format, double value) {
    return Double.isNaN(value) ? "-" : String.format(Locale.ROOT, format, value);
  }

  static String escaped(String text) {
    return text.replace("&", "&amp;").replace("<", "&lt;").replace("\"", "&quot;");
  }

  /** The whole page. */
  public String html() {
    return """
        <!doctype html>
        <html lang="en"><head><meta charset="utf-8"><title>Detection report</title>
        <style>
        body {font: 14px system-ui, sans-serif; margin: 2em auto; max-width: 1040px; color: #222}
        table {border-collapse: collapse} td, th {padding: 2px 12px; text-align: right}
        td:first-child, th:first-child {text-align: left}
        svg text {font-size: 11px; fill: #555}
        i {display: inline-block; width: 1.6em; height: .7em; margin: 0 .3em 0 1em}
        path {fill: none; stroke-width: 1}
        .value {stroke: #1a5fb4} .band {stroke: #99c1f1} .score {stroke: #333} .threshold {stroke: #e66100}
        .label {fill: #f8e45c; opacity: .5} .learnt {fill: #ddd; opacity: .4} .flag {fill: #c01c28}
        </style></head><body>
        <h1>Detection report</h1>
        <p>Of each series the channels that most flags are of, and the score. All that was judged is shown, and the end of what was learnt from.
        <br><i style="background: #1a5fb4"></i>value<i style="background: #99c1f1"></i>expected<i style="background: #333"></i>score
        <i style="background: #e66100"></i>threshold<i style="background: #c01c28"></i>flagged<i style="background: #fbf1ad"></i>labelled anomalous
        <i style="background: #eee"></i>learnt from</p>
        <table><tr><th>series</th><th>VUS-PR</th><th>AUC-PR</th><th>F1</th><th>event recall</th><th>false alarms a day</th><th>false alarms</th><th>delay, rows</th></tr>
        """
        + table
        + "</table>\n"
        + sections
        + "</body></html>\n";
  }
}
