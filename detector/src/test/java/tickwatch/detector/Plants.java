package tickwatch.detector;

import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import tickwatch.detector.analysis.Kind;

/** Eight channels that share two slow movements, and anomalies planted in one of them. */
final class Plants {
  static final List<String> CHANNELS = List.of("a", "b", "c", "d", "e", "f", "g", "h");
  static final double NOISE = 0.1;

  private final Random random;

  Plants(long seed) {
    this.random = new Random(seed);
  }

  /** A planted anomaly. */
  record Planted(List<double[]> rows, Kind kind, String channelName, int from, int to) {}

  /** Normal rows. */
  List<double[]> normal(int count) {
    List<double[]> rows = new ArrayList<>();
    double[] latent = {random.nextGaussian(), random.nextGaussian()};
    double[] own = new double[CHANNELS.size()];
    for (int t = 0; t < count; t++) {
      for (int l = 0; l < latent.length; l++) {
        latent[l] = 0.97 * latent[l] + Math.sqrt(1 - 0.97 * 0.97) * random.nextGaussian();
      }
      double[] row = new double[CHANNELS.size()];
      for (int c = 0; c < row.length; c++) {
        own[c] = 0.5 * own[c] + NOISE * Math.sqrt(0.75) * random.nextGaussian();
        double weight = 0.6 + 0.1 * Math.floorDiv(c, 2);
        row[c] = weight * latent[c % 2] + own[c];
      }
      rows.add(row);
    }
    return rows;
  }

  /** 300 normal rows, then an anomaly, then 60 normal rows. */
  Planted planted(Kind kind) {
    int from = 300;
    int length = kind == Kind.SPIKE ? 1 + random.nextInt(2) : 40 + random.nextInt(30);
    int to = from + length;
    List<double[]> rows = normal(to + 60);
    int channel = random.nextInt(CHANNELS.size());
    double sign = random.nextBoolean() ? 1 : -1;
    double size = sign * NOISE * (12 + 8 * random.nextDouble());
    Plants other = new Plants(random.nextLong());
    List<double[]> foreign = other.normal(rows.size());
    for (int t = from; t < to; t++) {
      double[] row = rows.get(t);
      switch (kind) {
        case SPIKE, LEVEL_SHIFT, LASTING_SHIFT -> row[channel] += size;
        case DRIFT -> row[channel] += 2.5 * size * (t - from + 1) / length;
        case FLAT_LINE -> row[channel] = rows.get(from - 1)[channel];
        case VARIANCE_CHANGE -> row[channel] += Math.abs(size) * 0.5 * random.nextGaussian();
        case CORRELATION_BREAK ->
            row[channel] = foreign.get(t)[channel] * (channel % 2 == 0 ? 1 : -1);
        case GAP -> row[channel] += t == from ? size : 0;
      }
    }
    return new Planted(rows, kind, CHANNELS.get(channel), from, to);
  }
}
