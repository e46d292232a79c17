package tickwatch.detector.threshold;

import java.util.Arrays;
import tickwatch.detector.ensemble.EnsembleLearner;
import tickwatch.detector.ensemble.RowScore;

/**
 * How a threshold comes of the scores of normal rows that were held out of fitting. No label is
 * needed.
 */
public sealed interface ThresholdRule {
  /**
   * The level at which alarms begin and end.
   *
   * @param scores of held-out normal rows, in any order, at least one
   * @param rowsPerDay how many rows there are in a day
   */
  AlarmLevel of(double[] scores, double rowsPerDay);

  /** The same of what was learnt. */
  default AlarmLevel of(EnsembleLearner.Learnt learnt, double rowsPerDay) {
    return of(learnt.heldOutScores(), rowsPerDay);
  }

  /** What the scores must be made of. */
  default RowScore rowScore() {
    return RowScore.OF_MEMBERS;
  }

  /** The rule for one of so many, which share what is wanted of all. */
  default ThresholdRule oneOf(int count) {
    return this;
  }

  /** Always the same. */
  record Fixed(double value) implements ThresholdRule {
    public Fixed {
      if (!(value > 0)) {
        throw new IllegalArgumentException("threshold " + value + " (expected: above 0)");
      }
    }

    @Override
    public AlarmLevel of(double[] scores, double rowsPerDay) {
      return AlarmLevel.fixed(new Threshold(value, Math.min(median(scores), value / 2)));
    }
  }

  /**
   * So many deviations from what was expected, whatever the rows learnt from were like.
   *
   * @param value deviations, above 0 and below what errors are clipped to
   */
  record Deviations(double value) implements ThresholdRule {
    public Deviations {
      if (!(value > 0 && value < MOST_DEVIATIONS)) {
        throw new IllegalArgumentException(
            "threshold of " + value + " deviations (expected: above 0, below 20)");
      }
    }

    private static final double MOST_DEVIATIONS = 20;

    @Override
    public RowScore rowScore() {
      return RowScore.OF_DEVIATIONS;
    }

    @Override
    public AlarmLevel of(double[] scores, double rowsPerDay) {
      return new Fixed(value).of(scores, rowsPerDay);
    }
  }

  /**
   * What a share of normal scores does not exceed, times a factor.
   *
   * @param share 0 to 1; 1 is the largest score
   */
  record OfQuantile(double share, double factor) implements ThresholdRule {
    public OfQuantile {
      if (!(share > 0 && share <= 1) || !(factor > 0)) {
        throw new IllegalArgumentException(
            "quantile " + share + ", factor " + factor + " (expected: 0 to 1, above 0)");
      }
    }

    @Override
    public AlarmLevel of(double[] scores, double rowsPerDay) {
      double value = factor * PeaksOverThreshold.quantile(sorted(scores), share);
      return AlarmLevel.fixed(new Threshold(above(value, median(scores)), median(scores)));
    }
  }

  /**
   * By the tail of the scores, for a wanted number of false alarms a day, moving with the alarms as
   * {@link AlarmLevel} says.
   *
   * <p>An alarm is taken to be of five rows. Of few rows, which are alike since scores are averages
   * of neighbours, little is known: with n independent stretches among them the level is raised by
   * {@code 0.3 / sqrt(n)} of itself, and an alarm's lower level, the 95 % quantile of the scores,
   * counts {@code n / (n + 7)}, the upper one the rest.
   *
   * <p>Each alarm raises the upper level by a tenth or, where more than one a day is accepted, by
   * that much less. One row in twenty may be in alarms for good, or twice as many as are wanted.
   *
   * @param alarmsPerDay false alarms a day, above 0
   */
  record Pot(double alarmsPerDay) implements ThresholdRule {
    private static final double ROWS_OF_AN_ALARM = 5;
    private static final double RISE = 0.1;
    private static final double ACCEPTED = 0.05;
    private static final double CLOSE_QUANTILE = 0.95;
    private static final double UNCERTAINTY = 0.3;
    private static final double STRETCHES_TO_BELIEVE = 7;

    /** Rows that are alike: two half-lives of some ten rows each, over the logarithm of 2. */
    private static final double ROWS_OF_A_STRETCH = 20 / Math.log(2);

    public Pot {
      if (!(alarmsPerDay > 0)) {
        throw new IllegalArgumentException(
            alarmsPerDay + " false alarms a day (expected: above 0)");
      }
    }

    @Override
    public Pot oneOf(int count) {
      return new Pot(alarmsPerDay / count);
    }

    @Override
    public AlarmLevel of(double[] scores, double rowsPerDay) {
      double[] sorted = sorted(scores);
      double rows = Math.max(rowsPerDay, 1e-9);
      double normal = PeaksOverThreshold.quantile(sorted, 0.5);
      double stretches = scores.length / ROWS_OF_A_STRETCH;
      double wanted = ROWS_OF_AN_ALARM * alarmsPerDay / rows;
      PeaksOverThreshold fitted = PeaksOverThreshold.fit(sorted, stretches);
      // What is wanted more often than the tail begins is counted.
      double tail =
          wanted < 1 - fitted.level()
              ? fitted.exceededWith(wanted)
              : PeaksOverThreshold.quantile(sorted, Math.max(0.5, 1 - wanted));
      tail = above(tail, normal);
      return moving(sorted, tail, tail * (1 + UNCERTAINTY / Math.sqrt(stretches)), rows);
    }

    /** A level that moves from one that is given. */
    private AlarmLevel moving(double[] sorted, double tail, double open, double rowsPerDay) {
      double stretches = sorted.length / ROWS_OF_A_STRETCH;
      double normal = below(PeaksOverThreshold.quantile(sorted, 0.5), open);
      double lower = Math.min(1, PeaksOverThreshold.quantile(sorted, CLOSE_QUANTILE) / tail);
      double close = open * (1 - (1 - lower) * stretches / (stretches + STRETCHES_TO_BELIEVE));
      double rise = RISE / Math.max(1, alarmsPerDay);
      double accepted = Math.max(ACCEPTED, 2 * ROWS_OF_AN_ALARM * alarmsPerDay / rowsPerDay);
      return new AlarmLevel(
          open, Math.min(open, above(close, normal)), normal, rowsPerDay, rise, accepted);
    }
  }

  /**
   * A level for each channel, which its own score is compared with: a row's score is that of the
   * channel highest above its level, in levels, and 1 the threshold. Channels share the wanted
   * number of false alarms. Where the rule's level moves, that of all channels moves together.
   */
  record PerChannel(ThresholdRule each) implements ThresholdRule {
    public PerChannel {
      if (each.rowScore() != RowScore.OF_MEMBERS) {
        throw new IllegalArgumentException("a level for each channel of " + each);
      }
    }

    @Override
    public RowScore rowScore() {
      return RowScore.OF_CHANNELS;
    }

    @Override
    public AlarmLevel of(EnsembleLearner.Learnt learnt, double rowsPerDay) {
      double[] levels = new double[learnt.channels()];
      for (int c = 0; c < levels.length; c++) {
        double[] scores = learnt.heldOutScores(c);
        levels[c] =
            scores.length == 0 ? 1 : each.oneOf(levels.length).of(scores, rowsPerDay).now().value();
      }
      learnt.judgeBy(levels);
      return of(learnt.heldOutScores(), rowsPerDay);
    }

    /** Of scores in levels. */
    @Override
    public AlarmLevel of(double[] scores, double rowsPerDay) {
      double[] sorted = sorted(scores);
      return each instanceof Pot pot
          ? pot.moving(sorted, 1, 1, Math.max(rowsPerDay, 1e-9))
          : AlarmLevel.fixed(new Threshold(1, below(PeaksOverThreshold.quantile(sorted, 0.5), 1)));
    }
  }

  /** The middle of normal scores is not quite a level, however far it is above it. */
  private static double below(double normal, double level) {
    return normal < level ? normal : level - 1e-3 * Math.abs(level);
  }

  private static double above(double value, double normal) {
    return Math.max(value, normal + 1e-9 * Math.max(1, Math.abs(normal)));
  }

  private static double[] sorted(double[] scores) {
    double[] sorted = scores.clone();
    Arrays.sort(sorted);
    return sorted;
  }

  private static double median(double[] scores) {
    return PeaksOverThreshold.quantile(sorted(scores), 0.5);
  }
}
