package tickwatch.detector.training;

import java.util.Arrays;
import tickwatch.detector.ensemble.RowScorer;
import tickwatch.detector.ensemble.Verdict;
import tickwatch.detector.model.Forecaster;
import tickwatch.detector.model.Model;
import tickwatch.detector.model.SensorModel;

/**
 * What a network makes of one sensor's rows, from the first one on, as a detector would.
 *
 * @param own what the model says of the sensor
 * @param z {@code rows × channels}, NaN where missing
 * @param out what the network gives for each row, {@code rows × channels}; nothing of use before
 *     {@code first}
 * @param first the first row that has a full window
 */
@SuppressWarnings("ArrayRecordComponent") // handed over once, never compared
record NetworkRows(SensorModel own, double[] z, float[] out, int first) {
  static NetworkRows of(Model model, Forecaster forecaster, TrainingSeries series) {
    SensorModel own = model.of(series.sym());
    int channels = model.channels().size();
    double[] z = series.z(own.scaler());
    float[] inputs = series.inputs(z, model.inputClip());
    float[] out = new float[z.length];
    float[] part = new float[forecaster.maxBatch() * channels];
    int first = model.rowsBefore();
    for (int from = first; from < series.rows(); from += forecaster.maxBatch()) {
      int count = Math.min(forecaster.maxBatch(), series.rows() - from);
      for (int i = 0; i < count; i++) {
        forecaster.put(i, inputs, (from + i - first) * channels);
      }
      forecaster.forecast(count, part);
      System.arraycopy(part, 0, out, from * channels, count * channels);
    }
    return new NetworkRows(own, z, out, first);
  }

  /** What the network gives for one row. */
  float[] forecast(int row) {
    int channels = own.scaler().channels();
    return Arrays.copyOfRange(out, row * channels, (row + 1) * channels);
  }

  /** Each row's score; NaN where it has none. */
  double[] scores() {
    int channels = own.scaler().channels();
    double[] scores = new double[z.length / channels];
    Arrays.fill(scores, Double.NaN);
    RowScorer scorer = RowScorer.of(own.scoring(), channels);
    Verdict verdict = new Verdict(channels);
    for (int t = first; t < scores.length; t++) {
      if (scorer.score(z, t * channels, out, t * channels, verdict)) {
        scores[t] = verdict.score();
      }
    }
    return scores;
  }
}
