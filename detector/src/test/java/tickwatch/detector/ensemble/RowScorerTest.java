package tickwatch.detector.ensemble;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import tickwatch.detector.model.ModelDirectory;
import tickwatch.detector.model.Scoring;
import tickwatch.detector.model.TestModels;

class RowScorerTest {
  private static final int CHANNELS = 3;

  @TempDir Path directory;

  /** All of the scores so far, from the definition, with no memory between calls. */
  private static double slowScore(Scoring.Normalised scoring, List<double[]> residuals) {
    List<Double> a = new ArrayList<>();
    for (double[] row : residuals) {
      double sum = 0;
      int there = 0;
      for (double r : row) {
        if (!Double.isNaN(r)) {
          sum += Math.pow(Math.abs(r), scoring.power());
          there++;
        }
      }
      if (there > 0) {
        a.add(sum / there);
      }
    }
    double score = Double.NEGATIVE_INFINITY;
    for (int i = 0; i < scoring.speeds(); i++) {
      double halfLife = scoring.halfLife(i);
      double mean = Double.NaN;
      for (double value : a) {
        double capped = halfLife > 0 ? Math.min(value, scoring.cap()) : value;
        double alpha = halfLife > 0 ? 1 - Math.pow(2, -1 / halfLife) : 1;
        mean = Double.isNaN(mean) ? capped : (1 - alpha) * mean + alpha * capped;
      }
      score = Math.max(score, mean / scoring.q99(i));
    }
    return score;
  }

  @Test
  void scoresAsTheDefinitionSays() throws IOException {
    for (double power : new double[] {1, 1.5, 2, 1.3}) {
      Scoring.Normalised scoring = normalised(power);
      RowScorer scorer = RowScorer.of(scoring, CHANNELS);
      Random random = new Random(3);
      List<double[]> residuals = new ArrayList<>();
      Verdict verdict = new Verdict(CHANNELS);
      for (int t = 0; t < 300; t++) {
        double[] z = random.doubles(CHANNELS, -4, 4).toArray();
        float[] forecast = new float[CHANNELS];
        double[] residual = new double[CHANNELS];
        for (int c = 0; c < CHANNELS; c++) {
          forecast[c] = random.nextFloat();
          if (random.nextInt(4) == 0) {
            z[c] = Double.NaN;
          }
          double r = (z[c] - forecast[c]) / scoring.residualScale(c);
          residual[c] =
              Double.isNaN(r) ? r : Math.max(-scoring.clip(), Math.min(scoring.clip(), r));
        }
        residuals.add(residual);
        boolean there = false;
        for (double r : residual) {
          there |= !Double.isNaN(r);
        }

        assertThat(scorer.peek(z, 0, forecast, 0, verdict)).isEqualTo(there);
        double peeked = verdict.score();
        assertThat(scorer.score(z, 0, forecast, 0, verdict)).isEqualTo(there);

        if (there) {
          assertThat(verdict.score()).isEqualTo(peeked);
          assertThat(verdict.score()).isCloseTo(slowScore(scoring, residuals), within(1e-9));
          double whole = 0;
          for (int c = 0; c < CHANNELS; c++) {
            whole += verdict.contribution(c);
            assertThat(Double.isNaN(residual[c])).isEqualTo(Double.isNaN(verdict.residual(c)));
          }
          assertThat(whole).isCloseTo(1, within(1e-12));
        }
      }
    }
  }

  @Test
  void aRowWithNothingInItChangesNothing() throws IOException {
    RowScorer scorer = RowScorer.of(normalised(1), CHANNELS);
    Verdict verdict = new Verdict(CHANNELS);
    double[] missing = {Double.NaN, Double.NaN, Double.NaN};
    scorer.score(new double[] {1, 2, 3}, 0, new float[CHANNELS], 0, verdict);
    double[] before = scorer.save();

    assertThat(scorer.score(missing, 0, new float[CHANNELS], 0, verdict)).isFalse();
    assertThat(scorer.save()).containsExactly(before);
  }

  @Test
  void aForecastThatIsNoNumberCountsAsMissing() throws IOException {
    RowScorer scorer = RowScorer.of(normalised(1), CHANNELS);
    Verdict verdict = new Verdict(CHANNELS);
    float[] forecast = {Float.NaN, Float.POSITIVE_INFINITY, 0};

    assertThat(scorer.score(new double[] {9, 9, 1}, 0, forecast, 0, verdict)).isTrue();

    assertThat(verdict.residual(0)).isNaN();
    assertThat(verdict.residual(1)).isNaN();
    assertThat(verdict.contribution(2)).isEqualTo(1);
  }

  @Test
  void perChannelFlagsExactlyWhatIsAboveItsOwnLimit() {
    Scoring scoring = TestModels.forTests("lstm15").model().defaults().scoring();
    RowScorer scorer = RowScorer.of(scoring, CHANNELS);
    Verdict verdict = new Verdict(CHANNELS);
    for (int c = 0; c < CHANNELS; c++) {
      double limit = scoring.halfBand(c);
      for (double z : new double[] {limit, -limit, Math.nextUp(limit), -Math.nextUp(limit)}) {
        double[] row = new double[CHANNELS];
        row[c] = z;

        scorer.score(row, 0, new float[CHANNELS], 0, verdict);

        assertThat(verdict.score() > scoring.threshold()).isEqualTo(Math.abs(z) > limit);
        assertThat(verdict.contribution(c)).isEqualTo(1);
      }
    }
  }

  @Test
  void perChannelTakesTheLargestErrorAndIgnoresWhatIsMissing() {
    Scoring scoring = TestModels.forTests("lstm15").model().defaults().scoring();
    RowScorer scorer = RowScorer.of(scoring, CHANNELS);
    Verdict verdict = new Verdict(CHANNELS);

    scorer.score(new double[] {0.9, Double.NaN, -1.5}, 0, new float[CHANNELS], 0, verdict);

    assertThat(verdict.score()).isEqualTo(3);
    assertThat(verdict.contribution(0)).isCloseTo(2.0 / 5, within(1e-12));
    assertThat(verdict.contribution(1)).isEqualTo(0);
  }

  private Scoring.Normalised normalised(double power) throws IOException {
    Path model = directory.resolve("power" + power);
    Files.createDirectories(model);
    Files.write(model.resolve("model.pt"), new byte[] {1});
    String channel = "{\"name\": \"%s\", \"centre\": 0, \"scale\": 1}";
    Files.writeString(
        model.resolve("model.json"),
        """
        {"formatVersion": 1, "name": "m",
         "sha256": "4bf5122f344554c53bde2ebb8cd2b7e3d1600ad631c385a5d7cce23c7785459a",
         "input": {"window": 2, "channels": [%s, %s, %s]},
         "residual": {"scale": [0.5, 1, 2], "clip": 5, "power": %s},
         "score": {"cap": 4, "speeds": [{"halfLife": 0, "q99": 2}, {"halfLife": 3, "q99": 1.5},
           {"halfLife": 12, "q99": 1.2}]},
         "threshold": {"method": "fixed", "value": 1.5, "normal": 0.5}}
        """
            .formatted(
                channel.formatted("a"), channel.formatted("b"), channel.formatted("c"), power));
    return (Scoring.Normalised) ModelDirectory.read(model).model().defaults().scoring();
  }
}
