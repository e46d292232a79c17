package tickwatch.detector.ensemble;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import org.jspecify.annotations.Nullable;
import tickwatch.detector.model.Numbers;
import tickwatch.detector.preprocess.Counters;
import tickwatch.detector.preprocess.Imputer;
import tickwatch.detector.preprocess.Preparation;
import tickwatch.detector.preprocess.Scaler;

/**
 * One sensor's detectors, what they learnt and what they remember. A row's score is the weighted
 * mean of the members' scores, each in units of what it seldom exceeds on normal rows, or of their
 * logarithms; a member that has no score yet is left out.
 *
 * <p>One channel among many quiet ones moves that mean little, however far off it is. So where a
 * channel is further from what was expected than it ever was in the rows learnt from, the score is
 * half as many units, at least, as it is times as far.
 *
 * <p>A counter is judged by its increments: its centre, scale and z-scores are theirs.
 *
 * <p><b>Threads.</b> One thread.
 */
public final class Ensemble {
  /** What a channel counts that is as far off as it ever was in the rows learnt from. */
  private static final double AS_FAR_AS_EVER = 0.5;

  /** Beyond so many times as far nothing is worse. */
  private static final double FARTHEST = 40;

  private final Counters counters;
  private final Scaler scaler;
  private final List<Member> members;
  private final Preparation.Imputation imputation;
  private final Imputer imputer;

  /** The last row as it is judged, in its own units and in z-scores. */
  private final double[] judged;

  private final double[] z;

  /** Whose expectation is told; the first that has one. */
  private final @Nullable Member teller;

  private final double forecastWeight;
  private final Combination combination;

  /** What a forecaster says of the last row; NaN if nothing. */
  private double forecastScore = Double.NaN;

  /** Null where all channels have one score. */
  private final @Nullable ChannelScores channels;

  Ensemble(
      Counters counters,
      Scaler scaler,
      Preparation.Imputation imputation,
      Imputer imputer,
      List<Member> members,
      double forecastWeight,
      Combination combination,
      @Nullable ChannelScores channels) {
    this.channels = channels;
    this.counters = counters;
    this.scaler = scaler;
    this.imputation = imputation;
    this.imputer = imputer;
    this.combination = combination;
    this.members = List.copyOf(members);
    this.forecastWeight = forecastWeight;
    this.judged = new double[scaler.channels()];
    this.z = new double[scaler.channels()];
    this.teller = members.stream().filter(Member::expects).findFirst().orElse(null);
  }

  public Scaler scaler() {
    return scaler;
  }

  /** Which channels are judged by their increments. */
  public Counters counters() {
    return counters;
  }

  /** The last row as it is judged, counters by their increments; not to be changed. */
  public double[] judged() {
    return judged;
  }

  /** The z-score of what is judged of a channel in the last row; NaN where it is missing. */
  public double z(int channel) {
    return z[channel];
  }

  /** Takes over where another ensemble's counters stand. */
  public void goOnFrom(Ensemble other) {
    counters.goOnFrom(other.counters);
  }

  /** The members' names, as {@link #memberScores} orders them. */
  public List<String> names() {
    return members.stream().map(member -> member.kind().text()).toList();
  }

  /**
   * What each member says of the last row, a forecaster last.
   *
   * @param forecaster its name; taken where it has a part
   */
  public List<MemberScore> memberScores(String forecaster) {
    List<MemberScore> scores = new ArrayList<>();
    for (Member member : members) {
      scores.add(new MemberScore(member.kind().text(), member.weight(), member.score()));
    }
    if (forecastWeight > 0) {
      scores.add(new MemberScore(forecaster, forecastWeight, forecastScore));
    }
    return scores;
  }

  /** What each of a member's speeds is divided by. */
  public double[] memberQ99(int member) {
    return members.get(member).q99();
  }

  /** The same before it had seen a row. */
  Ensemble untouched(List<double[]> beforeRows) {
    List<Member> all = new ArrayList<>();
    for (int i = 0; i < members.size(); i++) {
      all.add(members.get(i).untouched(beforeRows.get(i).clone()));
    }
    return new Ensemble(
        counters.untouched(),
        scaler,
        imputation,
        imputer.untouched(),
        all,
        forecastWeight,
        combination,
        channels == null ? null : channels.untouched());
  }

  public Combination combination() {
    return combination;
  }

  /** A member's weight. */
  public double memberWeight(int member) {
    return members.get(member).weight();
  }

  /**
   * Takes the next row.
   *
   * @param values as they came, from {@code from} on; NaN where missing
   * @param isAfterGap whether rows are missing before it
   */
  public void row(double[] values, int from, boolean isAfterGap) {
    counters.row(values, from, isAfterGap, judged, 0);
    judge();
  }

  /** Takes the next row, as {@link #judged} of an ensemble with the same counters gave it. */
  public void judgedRow(double[] row, int from) {
    holdJudged(row, from);
    judge();
  }

  /** Such a row was the last one that was learnt from. */
  void holdJudged(double[] row, int from) {
    System.arraycopy(row, from, judged, 0, judged.length);
  }

  private void judge() {
    for (int c = 0; c < z.length; c++) {
      z[c] = scaler.standardised(c, judged[c]);
    }
    double[] filled = imputer.fill(z, 0);
    for (Member member : members) {
      member.row(z, 0, filled);
    }
    if (channels != null) {
      channels.row(members, combination);
    }
  }

  /** The levels of channels that have scores of their own; null where all have one. */
  public double @Nullable [] channelLevels() {
    return channels == null ? null : channels.levels();
  }

  /** From now on a channel's score is in units of its level. */
  void channelLevels(double[] levels) {
    if (channels != null) {
      channels.levels(levels);
    }
  }

  /**
   * The last row's score.
   *
   * @param forecast what a forecaster says of the same row; null if it has no score, or there is
   *     none
   * @param verdict takes the outcome
   * @return false if nobody has a score
   */
  public boolean combine(@Nullable Verdict forecast, Verdict verdict) {
    double weights = 0;
    double sum = 0;
    forecastScore = forecast == null ? Double.NaN : forecast.score;
    Arrays.fill(verdict.shares, 0);
    for (Member member : members) {
      double score = member.score();
      if (Double.isNaN(score)) {
        continue;
      }
      weights += member.weight();
      sum += member.weight() * combination.of(score);
      for (int c = 0; c < z.length; c++) {
        verdict.shares[c] += member.weight() * score * member.contribution(c);
      }
    }
    if (forecast != null) {
      weights += forecastWeight;
      sum += forecastWeight * combination.of(forecast.score);
      for (int c = 0; c < z.length; c++) {
        verdict.shares[c] += forecastWeight * forecast.score * forecast.contribution(c);
      }
    }
    if (weights == 0) {
      return false;
    }
    double shares = 0;
    for (int c = 0; c < z.length; c++) {
      shares += verdict.shares[c];
      verdict.residuals[c] =
          forecast != null
              ? forecast.residuals[c]
              : teller != null ? teller.residual(c) : Double.NaN;
    }
    verdict.score = combination.score(sum / weights);
    if (channels != null) {
      shares = 0;
      verdict.score = Double.NEGATIVE_INFINITY;
      for (int c = 0; c < z.length; c++) {
        double score = channels.score(c);
        verdict.shares[c] = Double.isNaN(score) ? 0 : score;
        shares += verdict.shares[c];
        verdict.score = Math.max(verdict.score, verdict.shares[c]);
      }
    } else if (teller != null && !Double.isNaN(teller.score())) {
      double beyond = Math.min(FARTHEST, teller.beyondLearnt());
      if (beyond > 1) {
        verdict.score = Math.max(verdict.score, AS_FAR_AS_EVER * beyond);
      }
    }
    verdict.shareSum = shares;
    verdict.rowScore = verdict.score;
    if (verdict.speeds.length != 1) {
      verdict.speeds = new double[1];
    }
    verdict.speeds[0] = verdict.score;
    return true;
  }

  /** What a channel of the last row should have been, in z-scores; NaN where nobody can tell. */
  public double expected(int channel) {
    return teller == null ? Double.NaN : teller.expected(channel);
  }

  /**
   * In a channel's own unit, what is expected to be judged of it in the last row: of a counter, the
   * value with that increment; NaN behind a gap and at a reset.
   */
  public double inOwnUnit(int channel, double expectedAsJudged) {
    return counters.value(channel, expectedAsJudged);
  }

  /**
   * How far what is judged of a channel in the last row is from what was expected, in z units; NaN
   * where nobody can tell, or it is missing.
   */
  public double error(int channel, double value) {
    return scaler.standardised(channel, value) - expected(channel);
  }

  /** Of a forecaster's score; 0 without one. */
  public double forecastWeight() {
    return forecastWeight;
  }

  /** What an error of the expectation is measured by, in its units; NaN where nobody can tell. */
  public double errorScale(int channel) {
    return teller == null ? Double.NaN : teller.scale(channel);
  }

  /**
   * What one unit of such an error was in the last row, in z units, of a counter times the rows
   * since its last value; 1 before any.
   */
  public double errorUnit(int channel) {
    return counters.unit(channel) * (teller == null ? 1 : teller.unit(channel));
  }

  /** Whether scores are deviations, instead of being in units of what normal rows seldom exceed. */
  public boolean countsDeviations() {
    return members.size() == 1 && members.get(0).countsDeviations();
  }

  /** Puts down all that is learnt and remembered. */
  public void save(Numbers to) {
    to.put(scaler.centres()).put(scaler.scales()).put(forecastWeight);
    to.put(combination == Combination.GEOMETRIC ? 1 : 0);
    to.put(imputation == Preparation.Imputation.NEAREST ? 1 : 0).put(imputer.save());
    to.put(members.size());
    for (Member member : members) {
      member.save(to);
    }
    to.put(counters.save()).put(channels == null ? 0 : 1);
    if (channels != null) {
      channels.save(to);
    }
  }

  /** An ensemble that goes on where {@link #save} was called. */
  public static Ensemble restore(Numbers from) {
    Scaler scaler = new Scaler(from.takeArray(), from.takeArray());
    double forecastWeight = from.take();
    Combination combination = from.take() == 1 ? Combination.GEOMETRIC : Combination.MEAN;
    Preparation.Imputation imputation =
        from.takeCount() == 1
            ? Preparation.Imputation.NEAREST
            : Preparation.Imputation.CARRY_FORWARD;
    Imputer imputer = Imputer.of(imputation, scaler.channels(), from.takeArray());
    int count = from.takeCount();
    List<Member> members = new ArrayList<>();
    for (int i = 0; i < count; i++) {
      members.add(Member.restore(from));
    }
    Counters counters = Counters.of(scaler.channels(), from.takeArray());
    ChannelScores channels = from.takeCount() == 1 ? ChannelScores.restore(from) : null;
    return new Ensemble(
        counters, scaler, imputation, imputer, members, forecastWeight, combination, channels);
  }
}
