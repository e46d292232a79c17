package tickwatch.detector.training;

import java.util.List;
import java.util.Locale;

/**
 * Losses over epochs as SVG, readable in light and dark.
 *
 * @param losses of epochs 1 and on
 * @param heldOut of epochs 0 and on
 * @param best the epoch that was kept
 */
record LossCurve(
    String title, List<Double> losses, List<Double> heldOut, int best, double low, double high) {
  private static final int WIDTH = 640;
  private static final int HEIGHT = 320;
  private static final int LEFT = 64;
  private static final int RIGHT = 16;
  private static final int TOP = 40;
  private static final int BOTTOM = 40;

  String svg() {
    StringBuilder svg = new StringBuilder();
    svg.append(
        String.format(
            Locale.ROOT,
            "<svg xmlns=\"http://www.w3.org/2000/svg\" viewBox=\"0 0 %d %d\" role=\"img\""
                + " font-family=\"sans-serif\" font-size=\"12\">%n<title>%s</title>%n"
                + "<rect width=\"100%%\" height=\"100%%\" fill=\"#fff\"/>%n",
            WIDTH,
            HEIGHT,
            escaped(title)));
    text(svg, LEFT, 18, "start", "#222", title);
    for (int i = 0; i <= 4; i++) {
      double value = low + (high - low) * i / 4;
      svg.append(
          String.format(
              Locale.ROOT,
              "<path d=\"M%d %.1fH%d\" stroke=\"#ddd\"/>%n",
              LEFT,
              y(value),
              WIDTH - RIGHT));
      text(svg, LEFT - 6, y(value) + 4, "end", "#555", String.format(Locale.ROOT, "%.4g", value));
    }
    int epochs = heldOut.size() - 1;
    for (int epoch = 0; epoch <= epochs; epoch += Math.max(1, (epochs + 9) / 10)) {
      text(svg, x(epoch), HEIGHT - BOTTOM + 18, "middle", "#555", Integer.toString(epoch));
    }
    text(svg, WIDTH - RIGHT, HEIGHT - 6, "end", "#555", "epoch");
    svg.append(
        String.format(
            Locale.ROOT,
            "<path d=\"M%.1f %dV%d\" stroke=\"#999\" stroke-dasharray=\"4 4\"/>%n",
            x(best),
            TOP,
            HEIGHT - BOTTOM));
    line(svg, losses, 1, "#1f77b4");
    line(svg, heldOut, 0, "#d62728");
    text(svg, WIDTH - RIGHT, 18, "end", "#1f77b4", "loss");
    text(svg, WIDTH - RIGHT - 40, 18, "end", "#d62728", "held out");
    text(svg, WIDTH - RIGHT - 104, 18, "end", "#777", "kept: epoch " + best);
    return svg.append("</svg>\n").toString();
  }

  private double x(int epoch) {
    return LEFT + (double) (WIDTH - LEFT - RIGHT) * epoch / Math.max(1, heldOut.size() - 1);
  }

  private double y(double value) {
    return HEIGHT - BOTTOM - (HEIGHT - TOP - BOTTOM) * (value - low) / (high - low);
  }

  private void line(StringBuilder svg, List<Double> values, int firstEpoch, String colour) {
    svg.append("<polyline fill=\"none\" stroke-width=\"2\" stroke=\"").append(colour);
    svg.append("\" points=\"");
    for (int i = 0; i < values.size(); i++) {
      svg.append(String.format(Locale.ROOT, "%.1f,%.1f ", x(firstEpoch + i), y(values.get(i))));
    }
    svg.append("\"/>\n");
  }

  private static void text(
      StringBuilder svg, double x, double y, String anchor, String colour, String words) {
    svg.append(
        String.format(
            Locale.ROOT,
            "<text x=\"%.1f\" y=\"%.1f\" text-anchor=\"%s\" fill=\"%s\">%s</text>%n",
            x,
            y,
            anchor,
            colour,
            escaped(words)));
  }

  private static String escaped(String words) {
    return words.replace("&", "&amp;").replace("<", "&lt;").replace(">", "&gt;");
  }
}
