package tickwatch.detector.ensemble;

import java.util.Arrays;
import java.util.List;
import tickwatch.detector.model.Numbers;

/**
 * A score for each channel instead of one for all: what the members say of the channel, each in
 * units of what it seldom says of it on normal rows, combined as their scores are, at the speeds
 * that scores have. Each channel has a level of its own; the row's score is that of the channel
 * that is highest above its level, in levels.
 *
 * <p>One channel that is odd is found however many others are not, which a mean over channels
 * hides; faults that touch many channels a little are seen later.
 *
 * <p><b>Threads.</b> One thread.
 */
final class ChannelScores {
  private static final double QUANTILE = 0.99;
  private static final double CAP = 5;

  /** What a member's part is divided by, {@code members × channels}. */
  private final double[] units;

  /** What each speed of a channel is divided by, {@code channels × speeds}. */
  private final double[] q99;

  private final double[] caps;
  private final double[] levels;
  private final Speeds[] speeds;
  private final double[] calibrated = new double[Member.HALF_LIVES.length];

  /** In levels; NaN where a channel has none. */
  private final double[] scores;

  private ChannelScores(double[] units, double[] q99, double[] caps, double[] levels) {
    this.units = units;
    this.q99 = q99;
    this.caps = caps;
    this.levels = levels;
    this.speeds = new Speeds[levels.length];
    int count = Member.HALF_LIVES.length;
    for (int c = 0; c < speeds.length; c++) {
      double[] own = Arrays.copyOfRange(q99, c * count, (c + 1) * count);
      speeds[c] = new Speeds(Member.HALF_LIVES, own, caps[c]);
    }
    this.scores = new double[levels.length];
  }

  /**
   * Learns from normal rows.
   *
   * @param parts of each member, {@code rows × channels}, NaN where it has none
   * @param weights of the members
   * @param fitted the first row that was held out
   * @param found takes the scores of all rows, {@code rows × channels}
   */
  static ChannelScores learn(
      List<float[]> parts,
      double[] weights,
      Combination combination,
      int channels,
      int fitted,
      double[] found) {
    int rows = found.length / channels;
    int count = Member.HALF_LIVES.length;
    double[] units = new double[parts.size() * channels];
    double[] q99 = new double[channels * count];
    double[] caps = new double[channels];
    double[] column = new double[rows];
    for (int c = 0; c < channels; c++) {
      double[] sums = new double[rows];
      double[] sumWeights = new double[rows];
      for (int m = 0; m < parts.size(); m++) {
        for (int t = 0; t < rows; t++) {
          column[t] = parts.get(m)[t * channels + c];
        }
        double unit = seldom(column, fitted);
        units[m * channels + c] = unit;
        for (int t = 0; t < rows; t++) {
          if (!Double.isNaN(column[t])) {
            sums[t] += weights[m] * combination.of(column[t] / unit);
            sumWeights[t] += weights[m];
          }
        }
      }
      for (int t = 0; t < rows; t++) {
        column[t] = sumWeights[t] > 0 ? combination.score(sums[t] / sumWeights[t]) : Double.NaN;
      }
      caps[c] = CAP * seldom(column, fitted);
      double[] ones = new double[count];
      double[] now = new double[count];
      Arrays.fill(ones, 1);
      Speeds plain = new Speeds(Member.HALF_LIVES, ones, caps[c]);
      double[][] smoothed = new double[count][rows];
      for (int t = 0; t < rows; t++) {
        boolean there = !Double.isNaN(column[t]);
        if (there) {
          plain.next(column[t], true, now);
        }
        for (int i = 0; i < count; i++) {
          smoothed[i][t] = there ? now[i] : Double.NaN;
        }
      }
      for (int i = 0; i < count; i++) {
        q99[c * count + i] = seldom(smoothed[i], fitted);
      }
      for (int t = 0; t < rows; t++) {
        double score = Double.NaN;
        for (int i = 0; i < count && !Double.isNaN(column[t]); i++) {
          double one = smoothed[i][t] / q99[c * count + i];
          score = Double.isNaN(score) ? one : Math.max(score, one);
        }
        found[t * channels + c] = score;
      }
    }
    double[] levels = new double[channels];
    Arrays.fill(levels, 1);
    return new ChannelScores(units, q99, caps, levels);
  }

  private static double seldom(double[] values, int from) {
    double[] sorted =
        Arrays.stream(values, from, values.length).filter(v -> !Double.isNaN(v)).sorted().toArray();
    double quantile = Quantile.of(sorted, QUANTILE);
    return Double.isNaN(quantile) ? 1 : Math.max(quantile, 1e-9);
  }

  double[] levels() {
    return levels.clone();
  }

  /** From now on a channel's score is in units of its level. */
  void levels(double[] wanted) {
    System.arraycopy(wanted, 0, levels, 0, levels.length);
  }

  /** Takes what the members have made of the next row. */
  void row(List<Member> members, Combination combination) {
    for (int c = 0; c < scores.length; c++) {
      double sum = 0;
      double weights = 0;
      for (int m = 0; m < members.size(); m++) {
        double part = members.get(m).part(c);
        if (!Double.isNaN(part)) {
          double weight = members.get(m).weight();
          sum += weight * combination.of(part / units[m * scores.length + c]);
          weights += weight;
        }
      }
      scores[c] =
          weights > 0
              ? speeds[c].next(combination.score(sum / weights), true, calibrated) / levels[c]
              : Double.NaN;
    }
  }

  /** A channel's score of the last row in levels; NaN if it has none. */
  double score(int channel) {
    return scores[channel];
  }

  /** The same before it had seen a row. */
  ChannelScores untouched() {
    return new ChannelScores(units, q99, caps, levels.clone());
  }

  void save(Numbers to) {
    to.put(units).put(q99).put(caps).put(levels);
    for (Speeds channel : speeds) {
      to.put(channel.save());
    }
  }

  static ChannelScores restore(Numbers from) {
    ChannelScores restored =
        new ChannelScores(from.takeArray(), from.takeArray(), from.takeArray(), from.takeArray());
    for (Speeds channel : restored.speeds) {
      channel.restore(from.takeArray());
    }
    return restored;
  }
}
