package tickwatch.detector;

import java.util.ArrayList;
import java.util.List;
import tickwatch.detector.analysis.Anomaly;
import tickwatch.detector.health.HealthEvent;

/** Keeps all verdicts. */
final class Found implements Verdicts {
  /** A scored row. */
  @SuppressWarnings("ArrayRecordComponent") // its parts are read, rows are never compared
  record Row(
      String sym,
      long row,
      long seq,
      double score,
      double rowScore,
      boolean flag,
      double grade,
      float[] forecast,
      double[] residual,
      double[] expected,
      double[] lower,
      double[] upper,
      double[] contribution) {}

  final List<Row> rows = new ArrayList<>();
  final List<Anomaly> anomalies = new ArrayList<>();
  final List<HealthEvent> health = new ArrayList<>();
  private final int channels;

  Found(int channels) {
    this.channels = channels;
  }

  @Override
  public void scored(ScoredRow row) {
    Row kept =
        new Row(
            row.sym(),
            row.row(),
            row.seq(),
            row.verdict().score(),
            row.verdict().rowScore(),
            row.flag(),
            row.grade(),
            new float[channels],
            new double[channels],
            new double[channels],
            new double[channels],
            new double[channels],
            new double[channels]);
    for (int c = 0; c < channels; c++) {
      kept.forecast()[c] = row.forecast(c);
      kept.residual()[c] = row.verdict().residual(c);
      kept.expected()[c] = row.expected(c);
      kept.lower()[c] = row.expected(c) - row.halfBand(c);
      kept.upper()[c] = row.expected(c) + row.halfBand(c);
      kept.contribution()[c] = row.verdict().contribution(c);
    }
    rows.add(kept);
  }

  @Override
  public void anomaly(Source source, long row, Anomaly anomaly) {
    anomalies.add(anomaly);
  }

  @Override
  public void health(Source source, long row, HealthEvent event) {
    health.add(event);
  }

  /** Numbers of the flagged rows of a sym. */
  List<Long> flags(String sym) {
    return rows.stream().filter(row -> row.flag() && row.sym().equals(sym)).map(Row::seq).toList();
  }
}
