package tickwatch.series.bulk;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;

/** A line plot as SVG: both axes logarithmic, the x values at equal distances. */
final class LinePlot {
  private static final int WIDTH = 720;
  private static final int HEIGHT = 440;
  private static final int LEFT = 70;
  private static final int RIGHT = 200;
  private static final int TOP = 40;
  private static final int BOTTOM = 60;
  private static final String[] COLOURS = {
    "#1f77b4", "#2ca02c", "#9467bd", "#ff7f0e", "#17becf", "#8c564b", "#7f7f7f"
  };
  private static final String NAIVE_COLOUR = "#d62728";

  private static final class Line {
    private final String name;
    private final double[] values;
    private final boolean naive;

    Line(String name, double[] values, boolean naive) {
      this.name = name;
      this.values = values;
      this.naive = naive;
    }
  }

  private final String title;
  private final String xTitle;
  private final List<String> xLabels;
  private final List<Line> lines = new ArrayList<>();

  LinePlot(String title, String xTitle, List<String> xLabels) {
    this.title = title;
    this.xTitle = xTitle;
    this.xLabels = xLabels;
  }

  /** A line with a value for each x. */
  void line(String name, double[] values) {
    lines.add(new Line(name, values, false));
  }

  /** The line that the others are measured against: one value throughout, in red. */
  void naive(String name, double value) {
    double[] values = new double[xLabels.size()];
    Arrays.fill(values, value);
    lines.add(new Line(name, values, true));
  }

  String svg() {
    double low = Double.MAX_VALUE;
    double high = 0;
    for (Line line : lines) {
      for (double value : line.values) {
        low = Math.min(low, value);
        high = Math.max(high, value);
      }
    }
    int bottom = (int) Math.floor(Math.log10(Math.max(low, 1e-3)));
    int top = Math.max(bottom + 1, (int) Math.ceil(Math.log10(Math.max(high, 1e-3))));
    StringBuilder svg = new StringBuilder();
    add(
        svg,
        "<svg xmlns='http://www.w3.org/2000/svg' width='%d' height='%d' font-family='sans-serif' font-size='12'>",
        WIDTH,
        HEIGHT);
    add(svg, "<rect width='100%%' height='100%%' fill='white'/>");
    add(svg, "<text x='%d' y='22' font-size='15'>%s</text>", LEFT, title);
    for (int decade = bottom; decade <= top; decade++) {
      double y = y(Math.pow(10, decade), bottom, top);
      add(
          svg,
          "<line x1='%d' x2='%d' y1='%.1f' y2='%.1f' stroke='#ddd'/>",
          LEFT,
          WIDTH - RIGHT,
          y,
          y);
      String label =
          decade < 0
              ? String.format(Locale.ROOT, "%." + -decade + "f", Math.pow(10, decade))
              : String.format(Locale.ROOT, "%.0f", Math.pow(10, decade));
      add(svg, "<text x='%d' y='%.1f' text-anchor='end'>%s</text>", LEFT - 6, y + 4, label);
    }
    for (int i = 0; i < xLabels.size(); i++) {
      add(
          svg,
          "<text x='%.1f' y='%d' text-anchor='middle'>%s</text>",
          x(i),
          HEIGHT - BOTTOM + 18,
          xLabels.get(i));
    }
    add(
        svg,
        "<text x='%d' y='%d' text-anchor='middle'>%s</text>",
        (LEFT + WIDTH - RIGHT) / 2,
        HEIGHT - 14,
        xTitle);
    add(
        svg,
        "<text transform='translate(18 %d) rotate(-90)' text-anchor='middle'>million values a second</text>",
        (TOP + HEIGHT - BOTTOM) / 2);
    int colour = 0;
    int legend = TOP + 10;
    for (Line line : lines) {
      String stroke = line.naive ? NAIVE_COLOUR : COLOURS[colour++ % COLOURS.length];
      StringBuilder points = new StringBuilder();
      for (int i = 0; i < line.values.length; i++) {
        points.append(
            String.format(Locale.ROOT, "%.1f,%.1f ", x(i), y(line.values[i], bottom, top)));
      }
      add(
          svg,
          "<polyline points='%s' fill='none' stroke='%s' stroke-width='2'/>",
          points.toString().trim(),
          stroke);
      for (int i = 0; i < line.values.length && !line.naive; i++) {
        add(
            svg,
            "<circle cx='%.1f' cy='%.1f' r='3' fill='%s'/>",
            x(i),
            y(line.values[i], bottom, top),
            stroke);
      }
      add(
          svg,
          "<line x1='%d' x2='%d' y1='%d' y2='%d' stroke='%s' stroke-width='2'/>",
          WIDTH - RIGHT + 12,
          WIDTH - RIGHT + 32,
          legend,
          legend,
          stroke);
      add(svg, "<text x='%d' y='%d'>%s</text>", WIDTH - RIGHT + 38, legend + 4, line.name);
      legend += 20;
    }
    return svg.append("</svg>\n").toString();
  }

  private double x(int index) {
    double span = WIDTH - LEFT - RIGHT - 40.0;
    return LEFT + 20 + (xLabels.size() < 2 ? span / 2 : span * index / (xLabels.size() - 1));
  }

  private static double y(double value, int bottom, int top) {
    double share = (Math.log10(Math.max(value, 1e-3)) - bottom) / (top - bottom);
    return HEIGHT - BOTTOM - share * (HEIGHT - TOP - BOTTOM);
  }

  private static void add(StringBuilder svg, String format, Object... values) {
    svg.append(String.format(Locale.ROOT, format, values)).append('\n');
  }
}
