package tickwatch.detector.model;

/**
 * How a sensor's forecast errors become a score: the numbers of {@code model.json}, as they are.
 */
public sealed interface Scoring permits Scoring.Normalised, Scoring.PerChannel, Scoring.Combined {
  /** The threshold of the score; a flag is strictly above it. */
  double threshold();

  /** The score in the middle of normal data, below the threshold. */
  double normal();

  /** Half the width of a channel's expected band, in z units. */
  double halfBand(int channel);

  /** The full form: errors over residual scales, a mean of powers, several speeds. */
  final class Normalised implements Scoring {
    private final double[] residualScale;
    private final double clip;
    private final double power;
    private final double band;
    private final double cap;
    private final double[] halfLives;
    private final double[] q99;
    private final double threshold;
    private final double normal;

    /** The arrays are given away. */
    public Normalised(
        double[] residualScale,
        double clip,
        double power,
        double band,
        double cap,
        double[] halfLives,
        double[] q99,
        double threshold,
        double normal) {
      this.residualScale = residualScale;
      this.clip = clip;
      this.power = power;
      this.band = band;
      this.cap = cap;
      this.halfLives = halfLives;
      this.q99 = q99;
      this.threshold = threshold;
      this.normal = normal;
    }

    public double residualScale(int channel) {
      return residualScale[channel];
    }

    /** A normalised residual is clipped to ± this; infinite for no clipping. */
    public double clip() {
      return clip;
    }

    public double power() {
      return power;
    }

    /** The largest row score that enters the smoothed speeds; infinite for no cap. */
    public double cap() {
      return cap;
    }

    public int speeds() {
      return halfLives.length;
    }

    /** The half-life of a speed in rows; 0 is the row itself. */
    public double halfLife(int speed) {
      return halfLives[speed];
    }

    /** What a speed's mean is divided by. */
    public double q99(int speed) {
      return q99[speed];
    }

    @Override
    public double threshold() {
      return threshold;
    }

    @Override
    public double normal() {
      return normal;
    }

    @Override
    public double halfBand(int channel) {
      return band * residualScale[channel];
    }
  }

  /** The short form: the largest error over its channel's own limit; flagged above 1. */
  final class PerChannel implements Scoring {
    private final double[] values;

    /** The array is given away. */
    PerChannel(double[] values) {
      this.values = values;
    }

    /** The largest error of a channel that is no flag, in z units. */
    public double value(int channel) {
      return values[channel];
    }

    @Override
    public double threshold() {
      return 1;
    }

    @Override
    public double normal() {
      return 0;
    }

    @Override
    public double halfBand(int channel) {
      return values[channel];
    }
  }

  /** What an ensemble learnt from normal rows; how its members score is theirs. */
  final class Combined implements Scoring {
    private final double threshold;
    private final double normal;
    private final double[] halfBands;

    /** The array is given away; it has NaN where nobody forecasts a channel. */
    public Combined(double threshold, double normal, double[] halfBands) {
      this.threshold = threshold;
      this.normal = normal;
      this.halfBands = halfBands;
    }

    @Override
    public double threshold() {
      return threshold;
    }

    @Override
    public double normal() {
      return normal;
    }

    @Override
    public double halfBand(int channel) {
      return halfBands[channel];
    }
  }
}
