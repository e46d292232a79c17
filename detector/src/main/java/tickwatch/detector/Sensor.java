package tickwatch.detector;

import org.jspecify.annotations.Nullable;
import tickwatch.detector.analysis.Explainer;
import tickwatch.detector.ensemble.Ensemble;
import tickwatch.detector.ensemble.EnsembleLearner;
import tickwatch.detector.ensemble.RowScorer;
import tickwatch.detector.health.SensorHealth;
import tickwatch.detector.model.Model;
import tickwatch.detector.model.Numbers;
import tickwatch.detector.model.Scoring;
import tickwatch.detector.model.SensorModel;
import tickwatch.detector.preprocess.CarryForward;
import tickwatch.detector.preprocess.Scaler;
import tickwatch.detector.threshold.AlarmLevel;
import tickwatch.detector.threshold.Threshold;
import tickwatch.detector.window.RowOrder;
import tickwatch.detector.window.RowRing;
import tickwatch.ipc.value.SymbolAtom;

/** All that is remembered of one sensor: one sym of one table. */
final class Sensor {
  private static final int NOTHING_TO_LEARN = 0;
  private static final int LEARNING = 1;
  private static final int LEARNT = 2;

  /** Half the width of an expected band, in scales of the expectation's errors. */
  private static final double BAND = 3;

  /** The symbol, one char a byte. */
  final String sym;

  final String symText;
  final RowOrder order = new RowOrder();
  final RowRing ring;
  final CarryForward carried;
  RowScorer scorer;
  final SensorEvents events;
  Scaler scaler;

  /** Where the threshold comes from. */
  AlarmLevel level;

  /** What the next row is compared with. */
  Threshold threshold;

  Explainer explainer;

  /** Whose expectation is explained; null if a network's. */
  private @Nullable Ensemble explaining;

  /** Collects rows to learn from; null if nothing is or need be learnt any more. */
  @Nullable EnsembleLearner learner;

  /** What was learnt; null before. */
  @Nullable Ensemble ensemble;

  /** Learns again; null if nothing is. */
  @Nullable SensorRefit refit;

  final SensorHealth health;

  /** The time of its last row when the table's sensors were last looked at. */
  long lookedAt = Long.MIN_VALUE;

  /** The rows so far that were not late; the number of the next one. */
  long rows;

  Sensor(String sym, Model model, SourceEvents shared) {
    this.sym = sym;
    this.symText = SymbolAtom.textOf(sym);
    int channels = model.channels().size();
    SensorModel own = model.of(symText);
    this.ring = new RowRing(Math.max(model.rowsBefore(), model.window()), channels);
    this.carried = new CarryForward(channels);
    this.scaler = own.scaler();
    this.scorer = RowScorer.of(own.scoring(), channels);
    this.threshold = Threshold.of(own.scoring());
    this.level = AlarmLevel.fixed(threshold);
    this.explainer = new Explainer(channels, own);
    this.events = new SensorEvents(symText, shared);
    this.health =
        new SensorHealth(shared.table, symText, shared.channels, shared.healthRules, shared.health);
  }

  /** Judges by what was learnt from now on. */
  void install(Ensemble learnt, AlarmLevel alarms, Model model) {
    learner = null;
    ensemble = learnt;
    level = alarms;
    threshold = alarms.now();
    explain(model);
  }

  /** Judges by what was learnt again from now on; the level of alarms stays. */
  void replace(Ensemble learnt, Model model) {
    Ensemble before = ensemble;
    if (before != null) {
      learnt.goOnFrom(before);
    }
    ensemble = learnt;
    explain(model);
  }

  /** Judges by a network that was trained further from now on. */
  void replaceNetwork(SensorModel own) {
    int channels = scaler.channels();
    RowScorer next = RowScorer.of(own.scoring(), channels);
    next.restore(scorer.save());
    scorer = next;
    explainer = new Explainer(channels, own);
  }

  private void explain(Model model) {
    Ensemble learnt = ensemble;
    if (scorer.isUnlearnt() && learnt != null) {
      int channels = model.channels().size();
      double[] halfBands = new double[channels];
      double scales = learnt.countsDeviations() ? threshold.value() : BAND;
      for (int c = 0; c < channels; c++) {
        halfBands[c] = scales * learnt.errorScale(c);
      }
      explaining = learnt;
      scaler = learnt.scaler();
      explainer =
          new Explainer(
              channels,
              new SensorModel(
                  scaler, new Scoring.Combined(threshold.value(), threshold.normal(), halfBands)));
    }
  }

  /** What was expected of the last row's channel in its own unit, by its forecast. */
  double expected(int channel, float forecast) {
    double expected = explainer.expected(channel, forecast);
    return explaining == null ? expected : explaining.inOwnUnit(channel, expected);
  }

  /** Half the width of the band around what was expected of the last row, in the channel's unit. */
  double halfBand(int channel) {
    double half = explainer.halfBand(channel);
    return explaining == null ? half : half * explaining.errorUnit(channel);
  }

  /**
   * Judges by what a model's file says was learnt of it.
   *
   * @param numbers of a level of alarms and an ensemble that has seen no row
   */
  void installLearnt(double[] numbers, Model model) {
    Numbers from = new Numbers(numbers.clone());
    AlarmLevel alarms = AlarmLevel.restore(from);
    install(Ensemble.restore(from), alarms, model);
  }

  /** What is learnt, or the rows to learn from so far. */
  double[] saveLearnt() {
    Numbers numbers = new Numbers();
    if (ensemble != null) {
      numbers.put(LEARNT);
      level.save(numbers);
      ensemble.save(numbers);
      if (refit != null) {
        refit.save(numbers);
      }
    } else if (learner != null) {
      numbers.put(LEARNING);
      learner.save(numbers);
    } else {
      numbers.put(NOTHING_TO_LEARN);
    }
    return numbers.toArray();
  }

  /**
   * Goes on from what {@link #saveLearnt} gave.
   *
   * @return false if one of the two learns and the other does not: a sensor that did not learn
   *     begins to, one that does not any more is judged by the network alone
   */
  boolean restoreLearnt(double[] saved, Model model) {
    Numbers numbers = new Numbers(saved);
    int stage = numbers.takeCount();
    if ((stage == NOTHING_TO_LEARN) != (learner == null && ensemble == null)) {
      return false;
    }
    if (stage == LEARNT) {
      AlarmLevel was = AlarmLevel.restore(numbers);
      install(Ensemble.restore(numbers), was, model);
      // A detector that did not refit on the day before begins to.
      Ensemble instead = refit == null || numbers.isAtEnd() ? null : refit.restore(numbers);
      if (instead != null) {
        replace(instead, model);
      }
    } else if (learner != null) {
      learner.restore(numbers);
    }
    return true;
  }

  /** Whether it learns, or has learnt. */
  boolean learns() {
    return learner != null || ensemble != null;
  }
}
