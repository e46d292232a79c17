package tickwatch.detector;

import tickwatch.detector.analysis.Explainer;
import tickwatch.detector.ensemble.RowScorer;
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
  final Explainer explainer;
  final SensorEvents events;

  /** The rows so far that were not late; the number of the next one. */
  long rows;

  Sensor(String sym, Model model, SourceEvents shared) {
    this.sym = sym;
    this.symText = SymbolAtom.textOf(sym);
    int channels = model.channels().size();
    SensorModel own = model.of(symText);
    this.ring = new RowRing(model.rowsBefore(), channels);
    this.carried = new CarryForward(channels);
    this.scaler = own.scaler();
    this.scorer = RowScorer.of(own.scoring(), channels);
    this.threshold = Threshold.of(own.scoring());
    this.explainer = new Explainer(channels, own);
    this.events = new SensorEvents(symText, shared);
  }
}
