package tickwatch.detector;

import java.util.List;
import tickwatch.detector.analysis.ChannelPart;
import tickwatch.detector.analysis.Explainer;
import tickwatch.detector.ensemble.RowScorer;
import tickwatch.detector.event.AnomalyTracker;
import tickwatch.detector.event.EventRules;
import tickwatch.detector.model.Model;
import tickwatch.detector.model.SensorModel;
import tickwatch.detector.preprocess.CarryForward;
import tickwatch.detector.preprocess.Scaler;
import tickwatch.detector.threshold.Threshold;
import tickwatch.detector.window.RowOrder;
import tickwatch.detector.window.RowRing;
import tickwatch.ipc.value.SymbolAtom;

/** All that is remembered of one sensor: one sym of one table. */
final class Sensor {
  /** The symbol, one char a byte. */
  final String sym;

  final String symText;
  final RowOrder order = new RowOrder();
  final RowRing ring;
  final CarryForward carried;
  final Scaler scaler;
  final RowScorer scorer;
  final Threshold threshold;
  final AnomalyTracker tracker;
  final Explainer explainer;

  /** The rows so far that were not late; the number of the next one. */
  long rows;

  /** The parts of the open anomaly's peak row. */
  List<ChannelPart> peak = List.of();

  Sensor(String sym, Model model, EventRules rules) {
    this.sym = sym;
    this.symText = SymbolAtom.textOf(sym);
    int channels = model.channels().size();
    SensorModel own = model.of(symText);
    this.ring = new RowRing(model.rowsBefore(), channels);
    this.carried = new CarryForward(channels);
    this.scaler = own.scaler();
    this.scorer = RowScorer.of(own.scoring(), channels);
    this.threshold = Threshold.of(own.scoring());
    this.tracker = new AnomalyTracker(rules);
    this.explainer = new Explainer(model.channels(), own);
  }
}
