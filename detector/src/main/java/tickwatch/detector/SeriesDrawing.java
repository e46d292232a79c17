package tickwatch.detector;

import java.time.ZoneOffset;
import java.time.format.DateTimeFormatter;
import java.util.List;
import java.util.Locale;
import tickwatch.detector.evaluation.LabelledSeries;
import tickwatch.ipc.value.Epoch;

/**
 * A judged series as a picture: channels with what was expected of them, then the score with its
 * threshold, above one axis of time; labelled rows are shaded, flagged ones marked. Rows are
 * equally wide. All that were judged are drawn, and of those learnt from the last ones.
 */
final class SeriesDrawing {
  private static final int WIDTH = 1000;
  private static final int PANEL = 110;
  private static final int GAP = 18;
  private static final int AXIS = 20;
  private static final int TICKS = 5;

  /** Rows learnt from, to rows judged. */
  private static final double MOST_LEARNT = 0.25;

  /** The score is cut at so many times the highest threshold. */
  private static final double SCORE_RANGE = 3;

  private static final long SECOND = 1_000_000_000L;
  private static final long DAY = 86_400 * SECOND;

  private final Evaluation.Outcome outcome;
  private final LabelledSeries series;

  /** The first row that is drawn, and the one behind the last. */
  private final int first;

  private final int end;
  private final StringBuilder svg = new StringBuilder();

  SeriesDrawing(Evaluation.Outcome outcome) {
    this.outcome = outcome;
    this.series = outcome.series();
    this.end = series.rowCount();
    this.first = Math.max(0, outcome.from() - (int) (MOST_LEARNT * (end - outcome.from())));
  }

  /** The picture with some channels of it. */
  String svg(List<Integer> channels) {
    int height = (channels.size() + 1) * (PANEL + GAP) + AXIS;
    svg.append(
        String.format(Locale.ROOT, "<svg viewBox=\"0 0 %d %d\" width=\"100%%\">%n", WIDTH, height));
    int top = GAP;
    for (int channel : channels) {
      channel(channel, top);
      top += PANEL + GAP;
    }
    score(top);
    axis(top + PANEL);
    return svg.append("</svg>\n").toString();
  }

  private void channel(int channel, int top) {
    double[] values = series.values()[channel];
    int channels = series.channels().size();
    double[] low = new double[end];
    double[] high = new double[end];
    double half = outcome.halfBand()[channel];
    for (int t = 0; t < end; t++) {
      double expected = outcome.expected()[t * channels + channel];
      low[t] = expected - half;
      high[t] = expected + half;
    }
    double[] range = range(values);
    frame(series.channels().get(channel), range, top);
    area(low, high, range, top, "band");
    line(values, range, top, "value");
  }

  private void score(int top) {
    double most = 0;
    for (double threshold : outcome.thresholds()) {
      most = Double.isNaN(threshold) ? most : Math.max(most, threshold);
    }
    double[] range = {0, most > 0 ? SCORE_RANGE * most : range(outcome.scores())[1]};
    frame("score", range, top);
    line(outcome.scores(), range, top, "score");
    line(outcome.thresholds(), range, top, "threshold");
  }

  private double[] range(double[] values) {
    double low = Double.POSITIVE_INFINITY;
    double high = Double.NEGATIVE_INFINITY;
    for (int t = first; t < end; t++) {
      if (Double.isFinite(values[t])) {
        low = Math.min(low, values[t]);
        high = Math.max(high, values[t]);
      }
    }
    if (low > high) {
      return new double[] {-1, 1};
    }
    return low < high ? new double[] {low, high} : new double[] {low - 1, low + 1};
  }

  private void frame(String name, double[] range, int top) {
    box(first, outcome.from(), top, PANEL, "learnt");
    boxes(series.labels(), first, top, PANEL, "label");
    boxes(outcome.flags(), outcome.from(), top + PANEL, 4, "flag");
    text(
        2,
        top - 4,
        "start",
        String.format(
            Locale.ROOT,
            "%s &#160; %.4g to %.4g",
            EvaluationReport.escaped(name),
            range[0],
            range[1]));
  }

  /** One for each run of marked rows. */
  private void boxes(boolean[] marked, int from, int top, int height, String style) {
    for (int t = from; t < end; t++) {
      if (marked[t]) {
        int begin = t;
        while (t < end && marked[t]) {
          t++;
        }
        box(begin, t, top, height, style);
      }
    }
  }

  private void box(int from, int to, int top, int height, String style) {
    if (to > from) {
      svg.append(
          String.format(
              Locale.ROOT,
              "<rect class=\"%s\" x=\"%.1f\" y=\"%d\" width=\"%.1f\" height=\"%d\"/>%n",
              style,
              x(from),
              top,
              Math.max(1, x(to) - x(from)),
              height));
    }
  }

  private double x(int row) {
    return (double) (row - first) / (end - first) * WIDTH;
  }

  /** The first row at a pixel. */
  private int row(int x) {
    return first + (int) ((long) x * (end - first) / WIDTH);
  }

  /** Of the rows behind one pixel the least and the largest value are drawn. */
  private void line(double[] values, double[] range, int top, String style) {
    StringBuilder path = new StringBuilder();
    boolean down = false;
    for (int x = 0; x < WIDTH; x++) {
      double low = Double.POSITIVE_INFINITY;
      double high = Double.NEGATIVE_INFINITY;
      for (int t = row(x); t < row(x + 1); t++) {
        if (!Double.isNaN(values[t])) {
          low = Math.min(low, values[t]);
          high = Math.max(high, values[t]);
        }
      }
      if (low > high) {
        down = down && end - first < WIDTH;
        continue;
      }
      path.append(down ? 'L' : 'M').append(x).append(' ').append(y(low, range, top));
      path.append('L').append(x).append(' ').append(y(high, range, top));
      down = true;
    }
    svg.append("<path class=\"").append(style).append("\" d=\"").append(path).append("\"/>\n");
  }

  private void area(double[] low, double[] high, double[] range, int top, String style) {
    StringBuilder path = new StringBuilder();
    for (int x = 0; x < WIDTH; x++) {
      int t = row(x);
      if (t < end && Double.isFinite(low[t]) && Double.isFinite(high[t])) {
        path.append('M').append(x).append(' ').append(y(low[t], range, top));
        path.append('L').append(x).append(' ').append(y(high[t], range, top));
      }
    }
    svg.append("<path class=\"").append(style).append("\" d=\"").append(path).append("\"/>\n");
  }

  private static String y(double value, double[] range, int top) {
    double share = (value - range[0]) / (range[1] - range[0]);
    return String.format(Locale.ROOT, "%.1f", top + PANEL * (1 - Math.max(0, Math.min(1, share))));
  }

  /** Times of some rows. */
  private void axis(int top) {
    long[] times = series.times();
    long step = (times[end - 1] - times[first]) / Math.max(1, end - first);
    DateTimeFormatter format =
        DateTimeFormatter.ofPattern(
                step >= DAY
                    ? "uuuu-MM-dd"
                    : step >= SECOND ? "uuuu-MM-dd HH:mm" : "MM-dd HH:mm:ss.SSS")
            .withZone(ZoneOffset.UTC);
    for (int tick = 0; tick < TICKS; tick++) {
      int row = first + (int) ((long) (end - 1 - first) * tick / (TICKS - 1));
      text(
          tick * WIDTH / (TICKS - 1),
          top + AXIS - 2,
          tick == 0 ? "start" : tick == TICKS - 1 ? "end" : "middle",
          format.format(Epoch.instantOf(times[row])));
    }
  }

  private void text(int x, int y, String anchor, String text) {
    svg.append(
        String.format(
            "<text x=\"%d\" y=\"%d\" text-anchor=\"%s\">%s</text>%n", x, y, anchor, text));
  }
}
