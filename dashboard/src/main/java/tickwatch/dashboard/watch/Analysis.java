package tickwatch.dashboard.watch;

import com.fasterxml.jackson.core.JsonGenerator;
import java.io.IOException;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/** What helps to understand a stretch of time: which channels moved, and which moved together. */
final class Analysis {
  private static final int BASELINE_AT_LEAST = 60;
  private static final int NEAR_ROWS = 120;
  private static final int MOST_LAG = 12;
  private static final int MOST_COMPANIONS = 6;
  private static final int MOST_SIMILAR = 6;
  private static final double LEAST_CORRELATION = 0.3;
  private static final double LEAST_SIMILARITY = 0.5;

  private Analysis() {}

  private record Moved(
      int channel, double before, double during, double change, double spread, double blame) {
    double weight() {
      return Math.max(Math.abs(change), Math.abs(Math.log(spread)));
    }
  }

  /**
   * Writes an array of all channels, the one that moved most between two times first.
   *
   * <p>{@code change}: mean in the range less mean before it, in standard deviations before it;
   * {@code spread}: standard deviation in it over that before it; {@code blame}: the channel's mean
   * contribution to the scores in it. "Before" is the three times as long stretch before the range.
   */
  static void writeMoved(JsonGenerator out, Sensor sensor, long from, long to) throws IOException {
    long base = Math.max(sensor.first(), from - Math.max(BASELINE_AT_LEAST, 3 * (to - from)));
    List<Moved> all = new ArrayList<>();
    for (int c = 0; c < sensor.channels().size(); c++) {
      double[] before = meanAndDeviation(sensor, c, base, from);
      double[] during = meanAndDeviation(sensor, c, from, to);
      double scale = before[1] > 0 ? before[1] : Math.max(1e-9, Math.abs(before[0]) * 1e-6);
      double blame = 0;
      long judged = 0;
      for (long row = from; row < to; row++) {
        double share = sensor.contributionOf(c, row);
        if (!Double.isNaN(share)) {
          blame += share;
          judged++;
        }
      }
      all.add(
          new Moved(
              c,
              before[0],
              during[0],
              (during[0] - before[0]) / scale,
              Math.max(during[1], 1e-12) / Math.max(scale, 1e-12),
              judged == 0 ? Double.NaN : blame / judged));
    }
    all.sort(
        Comparator.comparingDouble(
            moved -> Double.isNaN(moved.weight()) ? Double.MAX_VALUE : -moved.weight()));
    out.writeStartArray();
    for (Moved moved : all) {
      out.writeStartObject();
      out.writeStringField("name", sensor.channels().get(moved.channel));
      Json.field(out, "before", moved.before);
      Json.field(out, "during", moved.during);
      Json.field(out, "change", moved.change);
      Json.field(out, "spread", moved.spread);
      Json.field(out, "blame", moved.blame);
      out.writeEndObject();
    }
    out.writeEndArray();
  }

  private static double[] meanAndDeviation(Sensor sensor, int channel, long from, long to) {
    double sum = 0;
    long count = 0;
    for (long row = from; row < to; row++) {
      double value = sensor.valueOf(channel, row);
      if (!Double.isNaN(value)) {
        sum += value;
        count++;
      }
    }
    double mean = count == 0 ? Double.NaN : sum / count;
    double squares = 0;
    for (long row = from; row < to; row++) {
      double value = sensor.valueOf(channel, row);
      if (!Double.isNaN(value)) {
        squares += (value - mean) * (value - mean);
      }
    }
    return new double[] {mean, count < 2 ? 0 : Math.sqrt(squares / (count - 1))};
  }

  private record Companion(int channel, int lag, double correlation) {}

  /**
   * Writes an array of the channels whose steps go with those of one channel around a row, at the
   * lag at which they do most: a positive lag is a channel that follows.
   */
  static void writeCompanions(JsonGenerator out, Sensor sensor, int channel, long around)
      throws IOException {
    out.writeStartArray();
    long from = Math.max(sensor.first() + 1, around - NEAR_ROWS);
    long to = Math.min(sensor.next(), around + NEAR_ROWS);
    if (channel >= 0 && to - from > 4 * MOST_LAG) {
      double[] steps = steps(sensor, channel, from, to);
      List<Companion> companions = new ArrayList<>();
      for (int c = 0; c < sensor.channels().size(); c++) {
        if (c != channel) {
          Companion best = best(steps, steps(sensor, c, from, to), c);
          if (Math.abs(best.correlation) >= LEAST_CORRELATION) {
            companions.add(best);
          }
        }
      }
      companions.sort(Comparator.comparingDouble(companion -> -Math.abs(companion.correlation)));
      for (Companion companion :
          companions.subList(0, Math.min(MOST_COMPANIONS, companions.size()))) {
        out.writeStartObject();
        out.writeStringField("name", sensor.channels().get(companion.channel));
        out.writeNumberField("lag", companion.lag);
        Json.field(out, "correlation", companion.correlation);
        out.writeEndObject();
      }
    }
    out.writeEndArray();
  }

  private static double[] steps(Sensor sensor, int channel, long from, long to) {
    double[] steps = new double[(int) (to - from)];
    for (int i = 0; i < steps.length; i++) {
      double step = sensor.valueOf(channel, from + i) - sensor.valueOf(channel, from + i - 1);
      steps[i] = Double.isNaN(step) ? 0 : step;
    }
    return steps;
  }

  private static Companion best(double[] one, double[] other, int channel) {
    Companion best = new Companion(channel, 0, 0);
    for (int lag = -MOST_LAG; lag <= MOST_LAG; lag++) {
      double products = 0;
      double ones = 0;
      double others = 0;
      for (int i = Math.max(0, -lag); i < one.length && i + lag < other.length; i++) {
        products += one[i] * other[i + lag];
        ones += one[i] * one[i];
        others += other[i + lag] * other[i + lag];
      }
      double correlation = ones > 0 && others > 0 ? products / Math.sqrt(ones * others) : 0;
      if (Math.abs(correlation) > Math.abs(best.correlation) + 1e-9) {
        best = new Companion(channel, lag, correlation);
      }
    }
    return best;
  }

  private record Similar(Anomaly anomaly, double similarity) {}

  /** Writes an array of the earlier anomalies whose channels contributed in like shares. */
  static void writeSimilar(JsonGenerator out, Anomaly anomaly, Anomalies anomalies)
      throws IOException {
    Map<String, Double> shares = new HashMap<>();
    for (int i = 0; i < anomaly.channels.length && i < anomaly.contribution.length; i++) {
      shares.put(anomaly.channels[i], anomaly.contribution[i]);
    }
    List<Similar> found = new ArrayList<>();
    for (Anomaly other : anomalies.all()) {
      if (other != anomaly && other.source.equals(anomaly.source)) {
        double similarity = similarity(shares, anomaly, other);
        if (similarity >= LEAST_SIMILARITY) {
          found.add(new Similar(other, similarity));
        }
      }
    }
    found.sort(Comparator.comparingDouble(similar -> -similar.similarity));
    out.writeStartArray();
    for (Similar similar : found.subList(0, Math.min(MOST_SIMILAR, found.size()))) {
      out.writeStartObject();
      Json.field(out, "similarity", similar.similarity);
      out.writeFieldName("anomaly");
      similar.anomaly.write(out);
      out.writeEndObject();
    }
    out.writeEndArray();
  }

  private static double similarity(Map<String, Double> shares, Anomaly one, Anomaly other) {
    double products = 0;
    for (Map.Entry<String, Double> share : shares.entrySet()) {
      products += share.getValue() * other.share(share.getKey());
    }
    double lengths = length(one.contribution) * length(other.contribution);
    return lengths > 0 ? products / lengths : 0;
  }

  private static double length(double[] shares) {
    double squares = 0;
    for (double share : shares) {
      squares += share * share;
    }
    return Math.sqrt(squares);
  }
}
