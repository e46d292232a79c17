package tickwatch.bench.tickerplant;

import java.util.Arrays;
import java.util.Locale;
import java.util.function.ToDoubleFunction;
import tickwatch.bench.tickerplant.Driven.Sample;

/** Medians, with least and most, as Markdown shows them. */
final class Figures {
  private Figures() {}

  static double[] sorted(Sample[] samples, ToDoubleFunction<Sample> number) {
    return Arrays.stream(samples).mapToDouble(number).sorted().toArray();
  }

  static double median(double[] sorted) {
    return sorted[sorted.length / 2];
  }

  static double median(Sample[] samples, ToDoubleFunction<Sample> number) {
    return median(sorted(samples, number));
  }

  static String thousands(Sample[] samples, ToDoubleFunction<Sample> number) {
    double[] sorted = sorted(samples, number);
    return String.format(
        Locale.ROOT,
        "%.1fk (%.1f-%.1f)",
        median(sorted) / 1e3,
        sorted[0] / 1e3,
        sorted[sorted.length - 1] / 1e3);
  }

  static String plain(Sample[] samples, ToDoubleFunction<Sample> number) {
    double[] sorted = sorted(samples, number);
    return String.format(
        Locale.ROOT, "%.2f (%.2f-%.2f)", median(sorted), sorted[0], sorted[sorted.length - 1]);
  }

  // ---- latencies: of each run p50, p99, p99.9 and maximum, in microseconds

  static final String LATENCY_HEAD =
      "| single rows/s | | p50 µs | p99 µs | p99.9 µs | max µs |\n"
          + "| --- | --- | --- | --- | --- | --- |";

  static void printLatency(int rate, String what, double[][] runs) {
    StringBuilder line = new StringBuilder("| " + rate + " | " + what + " |");
    for (int quantile = 0; quantile < 4; quantile++) {
      double[] sorted = column(runs, quantile);
      line.append(
          String.format(
              Locale.ROOT,
              " %.0f (%.0f-%.0f) |",
              median(sorted),
              sorted[0],
              sorted[sorted.length - 1]));
    }
    System.out.println(line);
  }

  static void printRatio(int rate, String what, double[][] ours, double[][] theirs) {
    StringBuilder line = new StringBuilder("| " + rate + " | " + what + " |");
    for (int quantile = 0; quantile < 4; quantile++) {
      double ratio = median(column(ours, quantile)) / median(column(theirs, quantile));
      line.append(String.format(Locale.ROOT, " %.2f |", ratio));
    }
    System.out.println(line);
  }

  private static double[] column(double[][] runs, int quantile) {
    return Arrays.stream(runs).mapToDouble(run -> run[quantile]).sorted().toArray();
  }
}
