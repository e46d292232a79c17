package tickwatch.detector;

import java.util.List;
import tickwatch.detector.analysis.Anomaly;
import tickwatch.detector.ensemble.Ensemble;
import tickwatch.detector.ensemble.MemberScore;
import tickwatch.detector.ensemble.Verdict;
import tickwatch.detector.event.JudgedRow;
import tickwatch.detector.health.HealthEvent;

/** Takes what a {@link Judge} finds, in the order of the rows. */
public interface Verdicts {
  /**
   * A row has a score.
   *
   * @param row what was found; valid during the call only
   */
  void scored(ScoredRow row);

  /**
   * An anomaly opened, rose or closed, at the row scored last.
   *
   * @param row the row's number in its source's log
   */
  void anomaly(Source source, long row, Anomaly anomaly);

  /**
   * A sensor has learnt from its first rows.
   *
   * @param scores what the ensemble makes of these rows, fitted ones among them; NaN where a row
   *     has no score
   */
  default void learnt(Source source, String sym, double[] scores) {}

  /**
   * Data went wrong, or is well again, at a row just taken; rows before it may not be judged yet.
   *
   * @param row the row's number in its source's log
   */
  default void health(Source source, long row, HealthEvent event) {}

  /** One scored row. One object serves all rows. */
  final class ScoredRow implements JudgedRow {
    Source source;
    Sensor sensor;
    long row;
    long seq;
    long time;
    boolean flag;
    double[] values = {};
    int valuesFrom;
    float[] forecasts = {};
    int forecastFrom;
    Verdict verdict;

    ScoredRow(Source source, Sensor sensor, Verdict verdict) {
      this.source = source;
      this.sensor = sensor;
      this.verdict = verdict;
    }

    public Source source() {
      return source;
    }

    /** The symbol, one char a byte. */
    public String sym() {
      return sensor.sym;
    }

    /** The row's number in its source's log, from 1. */
    public long row() {
      return row;
    }

    /** The row's number in (source, sym), from 0. */
    public long seq() {
      return seq;
    }

    public long time() {
      return time;
    }

    public double threshold() {
      return sensor.threshold.value();
    }

    public boolean flag() {
      return flag;
    }

    public Verdict verdict() {
      return verdict;
    }

    /** The forecast of a channel, in z-scores. */
    public float forecast(int channel) {
      return forecasts[forecastFrom + channel];
    }

    @Override
    public int channels() {
      return sensor.scaler.channels();
    }

    @Override
    public double actual(int channel) {
      return values[valuesFrom + channel];
    }

    @Override
    public double share(int channel) {
      return verdict.contribution(channel);
    }

    /** The forecast of a channel in its own unit. */
    @Override
    public double expected(int channel) {
      return sensor.expected(channel, forecasts[forecastFrom + channel]);
    }

    /** Half the width of the band around what was expected. */
    @Override
    public double halfBand(int channel) {
      return sensor.halfBand(channel);
    }

    /** How far above the threshold, 0 to 1. */
    public double grade() {
      return sensor.threshold.grade(verdict.score());
    }

    @Override
    public List<MemberScore> members() {
      Ensemble ensemble = sensor.ensemble;
      return ensemble == null ? List.of() : ensemble.memberScores(source.networkName());
    }
  }
}
