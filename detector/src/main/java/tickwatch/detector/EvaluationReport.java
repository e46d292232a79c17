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
  private static final int WIDTH = 1000;
  private static final int PANEL = 110;
  private static final int GAP = 18;
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
            "<tr><td><a href=\"#s%d\">%s</a></td><td>%.3f</td><td>%.3f</td><td>%.3f</td><td>%.3f</td>"
                + "<td>%.2f</td><td>%d of %d</td></tr>%n",
            sections.length(),
            name,
            ranking.vusPr(),
            ranking.aucPr(),
            flagging.f1(),
            flagging.eventRecall(),
            flagging.falseAlarmsPerDay(),
            flagging.falseAlarms(),
            flagging.alarms()));
    sections.append("<h2 id=\"s").append(sections.length()).append("\">").append(name);
    sections.append("</h2>\n");
    List<Integer> shown = channels(outcome);
    int height = (shown.size() + 1) * (PANEL + GAP);
    sections.append(
        String.format(Locale.ROOT, "<svg viewBox=\"0 0 %d %d\" width=\"100%%\">%n", WIDTH, height));
    int top = GAP;
    for (int channel : shown) {
      channel(outcome, channel, top);
      top += PANEL + GAP;
    }
    score(outcome, top);
    sections.append("</svg>\n");
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

  private void channel(Evaluation.Outcome outcome, int channel, int top) {
    LabelledSeries series = outcome.series();
    double[] values = series.values()[channel];
    int rows = series.rowCount();
    int channels = series.channels().size();
    double[] low = new double[rows];
    double[] high = new double[rows];
    double half = outcome.halfBand()[channel];
    for (int t = 0; t < rows; t++) {
      double expected = outcome.expected()[t * channels + channel];
      low[t] = expected - half;
      high[t] = expected + half;
    }
    double[] range = range(values);
    frame(outcome, series.channels().get(channel), range, top);
    area(low, high, range, top, "band");
    line(values, range, top, "value");
  }

  private void score(Evaluation.Outcome outcome, int top) {
    double most = 0;
    for (double threshold : outcome.thresholds()) {
      most = Double.isNaN(threshold) ? most : Math.max(most, threshold);
    }
    double[] range = {0, most > 0 ? 3 * most : range(outcome.scores())[1]};
    frame(outcome, "score", range, top);
    line(outcome.scores(), range, top, "score");
    line(outcome.thresholds(), range, top, "threshold");
    for (int t = outcome.from(); t < outcome.flags().length; t++) {
      if (outcome.flags()[t] && (t == 0 || !outcome.flags()[t - 1])) {
        int end = t;
        while (end + 1 < outcome.flags().length && outcome.flags()[end + 1]) {
          end++;
        }
        box(t, end, outcome.flags().length, top + PANEL - 5, 5, "flag");
      }
    }
  }

  private static double[] range(double[] values) {
    double low = Double.POSITIVE_INFINITY;
    double high = Double.NEGATIVE_INFINITY;
    for (double value : values) {
      if (Double.isFinite(value)) {
        low = Math.min(low, value);
        high = Math.max(high, value);
      }
    }
    return low < high ? new double[] {low, high} : new double[] {low - 1, low + 1};
  }

  private void frame(Evaluation.Outcome outcome, String name, double[] range, int top) {
    LabelledSeries series = outcome.series();
    boolean[] labels = series.labels();
    for (int t = 0; t < labels.length; t++) {
      if (labels[t] && (t == 0 || !labels[t - 1])) {
        int end = t;
        while (end + 1 < labels.length && labels[end + 1]) {
          end++;
        }
        box(t, end, labels.length, top, PANEL, "label");
      }
    }
    box(0, outcome.from() - 1, labels.length, top, PANEL, "learnt");
    sections.append(
        String.format(
            Locale.ROOT,
            "<text x=\"2\" y=\"%d\">%s &#160; %.4g to %.4g</text>%n",
            top - 4,
            escaped(name),
            range[0],
            range[1]));
  }

  private void box(int from, int to, int rows, int top, int height, String style) {
    double x = (double) from / rows * WIDTH;
    double width = Math.max(1, (double) (to - from + 1) / rows * WIDTH);
    if (to >= from) {
      sections.append(
          String.format(
              Locale.ROOT,
              "<rect class=\"%s\" x=\"%.1f\" y=\"%d\" width=\"%.1f\" height=\"%d\"/>%n",
              style,
              x,
              top,
              width,
              height));
    }
  }

  /** Of the rows behind one pixel the least and the largest value are drawn. */
  private void line(double[] values, double[] range, int top, String style) {
    StringBuilder path = new StringBuilder();
    boolean down = false;
    for (int x = 0; x < WIDTH; x++) {
      double low = Double.POSITIVE_INFINITY;
      double high = Double.NEGATIVE_INFINITY;
      for (int t = from(x, values.length); t < from(x + 1, values.length); t++) {
        if (!Double.isNaN(values[t])) {
          low = Math.min(low, values[t]);
          high = Math.max(high, values[t]);
        }
      }
      if (low > high) {
        down = down && values.length < WIDTH;
        continue;
      }
      path.append(down ? 'L' : 'M').append(x).append(' ').append(y(low, range, top));
      path.append('L').append(x).append(' ').append(y(high, range, top));
      down = true;
    }
    sections.append("<path class=\"").append(style).append("\" d=\"").append(path).append("\"/>\n");
  }

  private void area(double[] low, double[] high, double[] range, int top, String style) {
    StringBuilder path = new StringBuilder();
    for (int x = 0; x < WIDTH; x++) {
      int t = from(x, low.length);
      if (t < low.length && Double.isFinite(low[t]) && Double.isFinite(high[t])) {
        path.append('M').append(x).append(' ').append(y(low[t], range, top));
        path.append('L').append(x).append(' ').append(y(high[t], range, top));
      }
    }
    sections.append("<path class=\"").append(style).append("\" d=\"").append(path).append("\"/>\n");
  }

  private static int from(int x, int rows) {
    return (int) ((long) x * rows / WIDTH);
  }

  private static String y(double value, double[] range, int top) {
    double share = (value - range[0]) / (range[1] - range[0]);
    return String.format(Locale.ROOT, "%.1f", top + PANEL * (1 - Math.max(0, Math.min(1, share))));
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
        path {fill: none; stroke-width: 1}
        .value {stroke: #1a5fb4} .band {stroke: #99c1f1} .score {stroke: #333} .threshold {stroke: #e66100}
        .label {fill: #f8e45c; opacity: .5} .learnt {fill: #ddd; opacity: .4} .flag {fill: #c01c28}
        </style></head><body>
        <h1>Detection report</h1>
        <p>Grey: learnt from. Yellow: labelled anomalous. Red: flagged. Light blue: what was expected. Orange: the threshold.</p>
        <table><tr><th>series</th><th>VUS-PR</th><th>AUC-PR</th><th>F1</th><th>event recall</th><th>false alarms a day</th><th>false alarms</th></tr>
        """
        + table
        + "</table>\n"
        + sections
        + "</body></html>\n";
  }
}
