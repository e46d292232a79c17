package tickwatch.detector.model;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import tickwatch.series.Params;

/** What holds for every detector that needs no network. */
class RowDetectorTest {
  private static final int CHANNELS = 4;
  private static final int ROWS = 800;

  /** Four channels that follow two hidden ones, with noise; {@code rows × channels}. */
  static double[] plant(int rows, long seed) {
    Random random = new Random(seed);
    double[] z = new double[rows * CHANNELS];
    double level = 0;
    for (int t = 0; t < rows; t++) {
      level = 0.95 * level + 0.3 * random.nextGaussian();
      double wave = Math.sin(t / 8.0);
      double[] row = {level, wave, 0.7 * level + 0.5 * wave, wave - level};
      for (int c = 0; c < CHANNELS; c++) {
        z[t * CHANNELS + c] = row[c] + 0.1 * random.nextGaussian();
      }
    }
    return z;
  }

  static RowDetector fitted(DetectorKind kind) {
    double[] z = plant(ROWS, 1);
    return kind.fitting(Params.none()).fit(new NormalRows(z, z.clone(), CHANNELS), 7);
  }

  /** Errors and expectations of all rows; null where a row has no reading. */
  static List<double[]> readings(RowDetector detector, double[] z, int from, int to) {
    List<double[]> readings = new ArrayList<>();
    Reading reading = new Reading(CHANNELS);
    double[] filled = new double[CHANNELS];
    for (int t = from; t < to; t++) {
      for (int c = 0; c < CHANNELS; c++) {
        if (!Double.isNaN(z[t * CHANNELS + c])) {
          filled[c] = z[t * CHANNELS + c];
        }
      }
      boolean read = detector.row(z, t * CHANNELS, filled.clone(), reading);
      double[] found = new double[2 * CHANNELS];
      for (int c = 0; c < CHANNELS; c++) {
        found[c] = read ? reading.error(c) : -1;
        found[CHANNELS + c] = read ? reading.expected(c) : -1;
      }
      readings.add(found);
    }
    return readings;
  }

  private static double size(double[] reading) {
    double sum = 0;
    for (int c = 0; c < CHANNELS; c++) {
      sum += Math.abs(reading[c]);
    }
    return sum / CHANNELS;
  }

  @ParameterizedTest
  @EnumSource(DetectorKind.class)
  void aRowThatLeavesAllOthersStandsOut(DetectorKind kind) {
    double[] z = plant(600, 2);
    for (int t = 500; t < 505; t++) {
      z[t * CHANNELS + 1] += 4;
      z[t * CHANNELS + 2] -= 4;
    }

    List<double[]> readings = readings(fitted(kind), z, 0, 600);

    double usual =
        readings.subList(200, 490).stream().mapToDouble(r -> size(r)).average().orElse(0);
    double planted = readings.subList(500, 505).stream().mapToDouble(r -> size(r)).max().orElse(0);
    assertThat(planted).isGreaterThan(2 * usual);
  }

  @ParameterizedTest
  @EnumSource(DetectorKind.class)
  void whatComesLaterChangesNoEarlierReading(DetectorKind kind) {
    double[] z = plant(600, 3);
    double[] other = z.clone();
    Random random = new Random(5);
    for (int i = 400 * CHANNELS; i < other.length; i++) {
      other[i] = 50 * random.nextGaussian();
    }

    List<double[]> readings = readings(fitted(kind), z, 0, 600);
    List<double[]> shifted = readings(fitted(kind), other, 0, 600);

    for (int t = 0; t < 400; t++) {
      assertThat(shifted.get(t)).as("row %d", t).containsExactly(readings.get(t));
    }
  }

  @ParameterizedTest
  @EnumSource(DetectorKind.class)
  void goesOnWhereItWasSaved(DetectorKind kind) {
    double[] z = plant(600, 4);
    RowDetector whole = fitted(kind);
    RowDetector first = fitted(kind);
    readings(whole, z, 0, 333);
    readings(first, z, 0, 333);
    Numbers numbers = new Numbers();
    first.save(numbers);

    RowDetector second = kind.restore(new Numbers(numbers.toArray()));

    List<double[]> expected = readings(whole, z, 333, 600);
    List<double[]> actual = readings(second, z, 333, 600);
    for (int t = 0; t < expected.size(); t++) {
      assertThat(actual.get(t)).as("row %d", t).containsExactly(expected.get(t));
    }
  }

  @ParameterizedTest
  @EnumSource(DetectorKind.class)
  void aMissingValueHasNoErrorAndHarmsNoOther(DetectorKind kind) {
    double[] z = plant(600, 6);
    double[] holes = z.clone();
    for (int t = 300; t < 600; t += 7) {
      holes[t * CHANNELS + 2] = Double.NaN;
    }

    List<double[]> readings = readings(fitted(kind), holes, 0, 600);

    for (int t = 300; t < 600; t++) {
      boolean hole = (t - 300) % 7 == 0;
      for (int c = 0; c < CHANNELS; c++) {
        assertThat(Double.isNaN(readings.get(t)[c])).isEqualTo(hole && c == 2);
      }
    }
  }

  @ParameterizedTest
  @EnumSource(DetectorKind.class)
  void rowsThatNeverMoveAreReadWithoutTrouble(DetectorKind kind) {
    double[] z = new double[400 * CHANNELS];
    RowDetector detector =
        kind.fitting(Params.none()).fit(new NormalRows(z.clone(), z.clone(), CHANNELS), 7);

    List<double[]> readings = readings(detector, z, 0, 400);

    for (int t = 100; t < 400; t++) {
      for (int c = 0; c < CHANNELS; c++) {
        // A forest gives every row some score, the same one here.
        assertThat(readings.get(t)[c]).isEqualTo(readings.get(99)[c], within(1e-6));
        assertThat(readings.get(t)[c])
            .isEqualTo(0, within(kind == DetectorKind.FOREST ? 0.3 : 1e-6));
      }
    }
  }

  @Test
  void theTrendOfASeasonCanBeALine() {
    double[] z = plant(ROWS, 9);
    NormalRows normal = new NormalRows(z, z.clone(), CHANNELS);
    Params line = new Params("params", Map.of("method", "stl", "period", 50));
    Params mean = new Params("params", Map.of("method", "classical", "period", 50));
    RowDetector stl = DetectorKind.STL.fitting(line).fit(normal, 1);
    RowDetector classical = DetectorKind.STL.fitting(mean).fit(normal, 1);
    Numbers numbers = new Numbers();
    stl.save(numbers);

    RowDetector restored = DetectorKind.STL.restore(new Numbers(numbers.toArray()));

    List<double[]> expected = readings(stl, z, 0, 700);
    List<double[]> again = readings(restored, z, 0, 700);
    List<double[]> others = readings(classical, z, 0, 700);
    assertThat(again.get(699)).containsExactly(expected.get(699));
    assertThat(others.get(699)).isNotEqualTo(expected.get(699));
    assertThat(others.get(699)[CHANNELS]).isEqualTo(expected.get(699)[CHANNELS], within(0.5));
  }

  @ParameterizedTest
  @EnumSource(DetectorKind.class)
  void aKindSaysWhetherItsDetectorsExpect(DetectorKind kind) {
    assertThat(kind.expects()).isEqualTo(fitted(kind).expects());
  }

  @Test
  void namesAreKnownByTheirText() {
    for (DetectorKind kind : DetectorKind.values()) {
      assertThat(DetectorKind.of(kind.text())).isSameAs(kind);
    }
    assertThatThrownBy(() -> DetectorKind.of("magic"))
        .hasMessageContaining(
            "detector \"magic\" (expected: one of var, var10, pca, others, windows");
  }

  @Test
  void theForecastOfALinearSystemIsRight() {
    Random random = new Random(8);
    double[] z = new double[6000 * 2];
    for (int t = 1; t < 6000; t++) {
      double a = z[(t - 1) * 2];
      double b = z[(t - 1) * 2 + 1];
      z[t * 2] = 0.6 * a + 0.5 * b + 0.2 * random.nextGaussian();
      z[t * 2 + 1] = -0.5 * a + 0.6 * b + 0.2 * random.nextGaussian();
    }
    RowDetector detector =
        DetectorKind.VAR.fitting(Params.none()).fit(new NormalRows(z, z.clone(), 2), 1);
    Reading reading = new Reading(2);
    double squares = 0;
    int read = 0;
    for (int t = 0; t < 6000; t++) {
      double[] filled = {z[t * 2], z[t * 2 + 1]};
      if (detector.row(z, t * 2, filled, reading)) {
        squares += reading.error(0) * reading.error(0);
        read++;
      }
    }

    // The noise alone has 0.2; the ridge draws the forecast a little to the last row.
    assertThat(Math.sqrt(squares / read)).isBetween(0.19, 0.23);
  }

  @Test
  void aChannelThatLeavesTheOthersStandsOutInItsFirstRowHoweverUsualItsValue() {
    double[] z = plant(600, 10);
    // The channel is 1 where the others say -1 or less: both are usual, but not together.
    int row = 500;
    while (z[row * CHANNELS + 2] > -1) {
      row++;
    }
    z[row * CHANNELS + 2] = 1;

    List<double[]> readings = readings(fitted(DetectorKind.OTHERS), z, 0, 600);

    double usual = 0;
    for (int t = 0; t < 500; t++) {
      usual = Math.max(usual, Math.abs(readings.get(t)[2]));
    }
    assertThat(readings.get(row)[2]).isGreaterThan(2 * usual);
    assertThat(readings.get(row)[CHANNELS + 2]).isEqualTo(1 - readings.get(row)[2], within(1e-9));
  }
}
