package tickwatch.detector;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.stream.IntStream;
import org.jspecify.annotations.Nullable;
import tickwatch.detector.analysis.Anomaly;
import tickwatch.detector.ensemble.MemberScore;
import tickwatch.detector.evaluation.FlagMetrics;
import tickwatch.detector.evaluation.LabelledSeries;
import tickwatch.detector.evaluation.ScoreMetrics;
import tickwatch.detector.event.EventRules;
import tickwatch.detector.health.HealthRules;
import tickwatch.detector.model.Forecaster;
import tickwatch.detector.model.Model;
import tickwatch.detector.model.ModelException;
import tickwatch.detector.window.RowOrder;
import tickwatch.ipc.value.FloatVector;
import tickwatch.ipc.value.IntVector;
import tickwatch.ipc.value.LongVector;
import tickwatch.ipc.value.QType;
import tickwatch.ipc.value.SymbolAtom;
import tickwatch.ipc.value.SymbolVector;
import tickwatch.ipc.value.Table;
import tickwatch.ipc.value.Vector;
import tickwatch.tick.TableSchema;

/**
 * Labelled rows through a {@link Judge}, once and in order, as a live detector would get them: the
 * train part is learnt from, the rest is judged.
 */
public final class Evaluation {
  /** The channels told for each row. */
  static final int TOP_CHANNELS = 3;

  private static final int ROWS_IN_A_MESSAGE = 500;
  private static final double SECONDS_PER_DAY = 86_400;

  private Evaluation() {}

  /**
   * What came of a series. Arrays are as long as it; rows that were only learnt from have the score
   * that the fitted ensemble gives them, and no flag.
   *
   * @param from the first row that was judged
   * @param scores NaN where a row has none
   * @param thresholds that scores were compared with; NaN where there was none yet
   * @param top the channels with the largest parts of each row's score, {@code rows × 3}, -1 for
   *     none
   * @param expected of each channel, in its own unit, {@code rows × channels}; NaN where nobody can
   *     tell
   * @param halfBand around what is expected of each channel
   * @param memberNames of an ensemble, a network last; empty without one
   * @param memberScores of each member, as long as the series; NaN where it has none
   * @param seconds that judging took, learning left out
   * @param learnSeconds that learning took
   */
  @SuppressWarnings("ArrayRecordComponent") // handed over once, never compared
  public record Outcome(
      LabelledSeries series,
      int from,
      double[] scores,
      double[] thresholds,
      boolean[] flags,
      int[] top,
      float[] expected,
      double[] halfBand,
      List<String> memberNames,
      double[][] memberScores,
      double seconds,
      double learnSeconds) {
    /** How well the scores of judged rows rank; of all rows if {@code all}. */
    public ScoreMetrics ranking(int window, boolean all) {
      int first = all ? 0 : from;
      return ScoreMetrics.of(
          Arrays.copyOfRange(series.labels(), first, scores.length),
          Arrays.copyOfRange(scores, first, scores.length),
          window);
    }

    /** How good the flags of judged rows are. */
    public FlagMetrics flagging(int mergeGap) {
      return FlagMetrics.of(
          Arrays.copyOfRange(series.labels(), from, flags.length),
          Arrays.copyOfRange(flags, from, flags.length),
          SECONDS_PER_DAY / series.stepSeconds(),
          mergeGap);
    }

    /** Rows judged in a second. */
    public double rowsPerSecond() {
      return (scores.length - from) / Math.max(seconds, 1e-9);
    }
  }

  /**
   * Judges a series.
   *
   * @param series whose train part is not judged, whether it is learnt from or not
   * @param model and {@code forecaster}: null for detectors without a network
   * @param pipeline null for the forecaster alone
   */
  public static Outcome run(
      LabelledSeries series,
      @Nullable Model model,
      @Nullable Forecaster forecaster,
      @Nullable Pipeline pipeline) {
    return run(series, model, forecaster, pipeline, null, null);
  }

  /**
   * As the other one.
   *
   * @param refit that what was learnt is learnt again; null if it is not
   * @param networks loads those that are trained further; null where the network stays
   */
  public static Outcome run(
      LabelledSeries series,
      @Nullable Model model,
      @Nullable Forecaster forecaster,
      @Nullable Pipeline pipeline,
      @Nullable Refit refit,
      @Nullable Networks networks) {
    if (pipeline != null) {
      pipeline.check(model);
    }
    if (model != null
        && (pipeline == null || refit != null)
        && model.hasEnsemble()
        && model.learnt().of(series.name()) == null) {
      throw new ModelException(
          "model "
              + model.name()
              + " knows no sensor "
              + series.name()
              + " (expected: one that it was trained on)");
    }
    Model judged =
        model != null
            ? model
            : Model.learning(
                pipeline == null ? "" : pipeline.name(), series.channels(), "evaluation");
    int[] places = rowsInOrder(series.times());
    int learnt = (int) Arrays.stream(places).takeWhile(at -> at < series.trainRows()).count();
    Learning learning = pipeline == null ? null : new Learning(pipeline, learnt, refit);
    Taker taker = new Taker(series, places);
    TableSchema schema = schema(series);
    JudgeCounts counts = new JudgeCounts();
    try (NetworkRefit trained =
        refit == null || networks == null || forecaster == null || learning == null
            ? null
            : NetworkRefit.of(networks, schema.name(), refit, learning.pipeline().seed(), counts)) {
      Judge judge =
          new Judge(
              judged,
              forecaster,
              trained,
              learning,
              EventRules.defaults(),
              HealthRules.defaults(),
              taker,
              counts);
      Source source = judge.source(schema);
      String sym = SymbolAtom.bytesOf(series.name());
      long start = System.nanoTime();
      for (int from = 0; from < series.rowCount(); from += ROWS_IN_A_MESSAGE) {
        int to = Math.min(series.rowCount(), from + ROWS_IN_A_MESSAGE);
        judge.take(source, table(series, schema, sym, from, to));
        judge.complete();
      }
      return taker.outcome(start, System.nanoTime());
    }
  }

  /** The rows that are not late: what is learnt from, and judged. */
  private static int[] rowsInOrder(long[] times) {
    RowOrder order = new RowOrder();
    return IntStream.range(0, times.length)
        .filter(at -> order.next(times[at]) != RowOrder.Arrival.LATE)
        .toArray();
  }

  private static TableSchema schema(LabelledSeries series) {
    List<String> columns = new ArrayList<>(List.of("time", "sym"));
    List<QType> types = new ArrayList<>(List.of(QType.TIMESTAMP, QType.SYMBOL));
    for (String channel : series.channels()) {
      columns.add(SymbolAtom.bytesOf(channel));
      types.add(QType.FLOAT);
    }
    return new TableSchema("series", columns, types, 0);
  }

  private static Table table(
      LabelledSeries series, TableSchema schema, String sym, int from, int to) {
    Vector[] columns = new Vector[schema.columns().size()];
    columns[0] = LongVector.of(QType.TIMESTAMP, Arrays.copyOfRange(series.times(), from, to));
    columns[1] =
        SymbolVector.ofCodes(
            new String[] {sym}, 1, true, IntVector.of(QType.INT, new int[to - from]));
    for (int c = 0; c < series.channels().size(); c++) {
      columns[c + 2] =
          FloatVector.of(QType.FLOAT, Arrays.copyOfRange(series.values()[c], from, to));
    }
    return new Table(schema.columns(), List.of(columns));
  }

  /** Keeps what is found. */
  private static final class Taker implements Verdicts {
    private final LabelledSeries series;
    private final int from;

    /** Of the rows that are not late, which are all that is learnt from. */
    private final int[] places;

    private final double[] scores;
    private final double[] thresholds;
    private final boolean[] flags;
    private final int[] top;
    private final float[] expected;
    private final double[] halfBand;
    private List<String> memberNames = List.of();
    private double[][] memberScores = {};
    private long learntNanos;

    Taker(LabelledSeries series, int[] places) {
      this.series = series;
      this.from = series.trainRows();
      this.places = places;
      int rows = series.rowCount();
      scores = new double[rows];
      thresholds = new double[rows];
      flags = new boolean[rows];
      top = new int[rows * TOP_CHANNELS];
      expected = new float[rows * series.channels().size()];
      halfBand = new double[series.channels().size()];
      Arrays.fill(scores, Double.NaN);
      Arrays.fill(thresholds, Double.NaN);
      Arrays.fill(top, -1);
      Arrays.fill(expected, Float.NaN);
      Arrays.fill(halfBand, Double.NaN);
    }

    @Override
    public void scored(ScoredRow row) {
      // All rows have a number, late ones too.
      int at = (int) row.row() - 1;
      scores[at] = row.verdict().score();
      if (at < from) {
        return;
      }
      thresholds[at] = row.threshold();
      flags[at] = row.flag();
      int channels = series.channels().size();
      for (int rank = 0; rank < Math.min(TOP_CHANNELS, channels); rank++) {
        top[at * TOP_CHANNELS + rank] = best(row, at, rank);
      }
      for (int c = 0; c < channels; c++) {
        expected[at * channels + c] = (float) row.expected(c);
        halfBand[c] = row.halfBand(c);
      }
      List<MemberScore> members = row.members();
      if (memberScores.length == 0 && !members.isEmpty()) {
        memberNames = members.stream().map(MemberScore::name).toList();
        memberScores = new double[members.size()][scores.length];
        for (double[] one : memberScores) {
          Arrays.fill(one, Double.NaN);
        }
      }
      for (int m = 0; m < members.size(); m++) {
        memberScores[m][at] = members.get(m).score();
      }
    }

    /** The channel with the largest part that is not among the {@code rank} ones before it. */
    private int best(ScoredRow row, int at, int rank) {
      int best = -1;
      double most = 0;
      for (int c = 0; c < series.channels().size(); c++) {
        double part = row.verdict().contribution(c);
        boolean taken = false;
        for (int before = 0; before < rank; before++) {
          taken |= top[at * TOP_CHANNELS + before] == c;
        }
        if (!taken && part > most) {
          most = part;
          best = c;
        }
      }
      return best;
    }

    @Override
    public void anomaly(Source source, long row, Anomaly anomaly) {}

    @Override
    public void learnt(Source source, String sym, double[] learntScores) {
      for (int i = 0; i < learntScores.length; i++) {
        scores[places[i]] = learntScores[i];
      }
      learntNanos = System.nanoTime();
    }

    Outcome outcome(long start, long end) {
      double learnSeconds = learntNanos == 0 ? 0 : (learntNanos - start) / 1e9;
      return new Outcome(
          series,
          from,
          scores,
          thresholds,
          flags,
          top,
          expected,
          halfBand,
          memberNames,
          memberScores,
          (end - start) / 1e9 - learnSeconds,
          learnSeconds);
    }
  }
}
