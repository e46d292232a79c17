package tickwatch.detector;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import java.util.Random;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import tickwatch.detector.evaluation.FlagMetrics;
import tickwatch.detector.evaluation.LabelledSeries;
import tickwatch.detector.evaluation.ScoreMetrics;

class RootCauseTest {
  private static final int CHANNELS = 8;
  private static final int ROWS = 4000;
  private static final int LEARNT = 1000;
  private static final int EVERY = 100;
  private static final int LASTS = 12;
  private static final long MINUTE = 60_000_000_000L;

  /** The channel that is off from row {@code LEARNT + 50 + 100 k} on. */
  private final int[] planted = new int[(ROWS - LEARNT) / EVERY];

  /** Channels that follow three hidden ones; one of them is off now and then. */
  private LabelledSeries planted(Random random) {
    long[] times = new long[ROWS];
    double[][] values = new double[CHANNELS][ROWS];
    boolean[] labels = new boolean[ROWS];
    double[] hidden = new double[3];
    for (int t = 0; t < ROWS; t++) {
      times[t] = t * MINUTE;
      for (int k = 0; k < hidden.length; k++) {
        hidden[k] = 0.9 * hidden[k] + 0.4 * random.nextGaussian();
      }
      int event = (t - LEARNT - EVERY / 2) / EVERY;
      boolean on = t >= LEARNT + EVERY / 2 && (t - LEARNT - EVERY / 2) % EVERY < LASTS;
      if (on && (t - LEARNT - EVERY / 2) % EVERY == 0) {
        planted[event] = random.nextInt(CHANNELS);
      }
      labels[t] = on;
      for (int c = 0; c < CHANNELS; c++) {
        values[c][t] =
            (c + 1) * (hidden[c % 3] + 0.5 * hidden[(c + 1) % 3] + 0.3 * random.nextGaussian());
        if (on && planted[event] == c) {
          values[c][t] += (c + 1) * (event % 2 == 0 ? 4 : -4);
        }
      }
    }
    return new LabelledSeries(
            "plant",
            IntStream.range(0, CHANNELS).mapToObj(c -> "c" + c).toList(),
            times,
            values,
            new boolean[ROWS],
            labels)
        .withTrainRows(LEARNT);
  }

  @Test
  void theChannelThatIsOffIsRankedFirst() {
    LabelledSeries series = planted(new Random(12));

    Evaluation.Outcome outcome = Evaluation.run(series, null, null, Pipeline.standard(1));

    int first = 0;
    for (int event = 0; event < planted.length; event++) {
      int start = LEARNT + EVERY / 2 + event * EVERY;
      int peak = start;
      for (int t = start; t < start + LASTS; t++) {
        peak = outcome.scores()[t] > outcome.scores()[peak] ? t : peak;
      }
      first += outcome.top()[peak * Evaluation.TOP_CHANNELS] == planted[event] ? 1 : 0;
    }
    assertThat(first).isGreaterThanOrEqualTo((int) Math.ceil(0.9 * planted.length));
  }

  @Test
  void theReportShowsEachSeriesAndNeedsNoNetwork() {
    LabelledSeries series = planted(new Random(13));
    Evaluation.Outcome outcome = Evaluation.run(series, null, null, Pipeline.of(List.of("var"), 1));
    ScoreMetrics ranking = outcome.ranking(20, false);
    FlagMetrics flagging = outcome.flagging(10);
    EvaluationReport report = new EvaluationReport();

    report.add("a<b", outcome, ranking, flagging);
    String page = report.html();

    assertThat(page).contains("a&lt;b / plant", "class=\"label\"", "class=\"flag\"", "</html>");
    assertThat(page).doesNotContain("http:", "https:", "NaN");
  }
}
