package tickwatch.series.detect;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.URISyntaxException;
import java.nio.DoubleBuffer;
import java.nio.FloatBuffer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.SplittableRandom;
import java.util.stream.Stream;
import java.util.zip.CRC32;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;
import tickwatch.series.SeriesException;
import tickwatch.series.VectorUnit;
import tickwatch.series.npy.FileFormat;
import tickwatch.series.npy.SeriesFile;

class ZScoreTest {

  static Path fixture(String name) {
    try {
      return Path.of(
          Objects.requireNonNull(ZScoreTest.class.getResource("/numpy/" + name)).toURI());
    } catch (URISyntaxException e) {
      throw new IllegalStateException(e);
    }
  }

  static Stream<ZScoreKernel> kernels() {
    return Stream.of(
        new ScalarZScore(),
        VectorUnit.load(ZScoreKernel.class, "tickwatch.series.detect.VectorZScore").orElseThrow());
  }

  @ParameterizedTest
  @MethodSource("kernels")
  void answersAsNumpyDoesOnEveryElement(ZScoreKernel kernel) throws IOException {
    List<String> lines = Files.readAllLines(fixture("zscore.csv"));
    for (String line : lines.subList(1, lines.size())) {
      String[] expected = line.split(",", -1);
      int from = Integer.parseInt(expected[2]);
      int length = Integer.parseInt(expected[3]);
      ZScore zscore = new ZScore(Double.parseDouble(expected[1]), kernel);
      int flagged = judgeFixture(zscore, expected[0], from, length);

      assertThat(zscore.mean()).as(line).isEqualTo(Double.parseDouble(expected[4]));
      assertThat(zscore.std()).as(line).isEqualTo(Double.parseDouble(expected[5]));
      assertThat(flagged).as(line).isEqualTo(Integer.parseInt(expected[6]));
      assertThat(crc(mask(zscore, length))).as(line).isEqualTo(Long.parseLong(expected[7]));
    }
    assertThat(lines).hasSizeGreaterThan(100);
  }

  private static int judgeFixture(ZScore zscore, String dtype, int from, int length) {
    try (SeriesFile file = SeriesFile.open(fixture("zscore_" + dtype + ".npy"), FileFormat.NPY);
        SeriesFile.Cursor cursor = file.cursor()) {
      if (dtype.equals("f4")) {
        float[] x = new float[length];
        cursor.read(0, from, x, length);
        return zscore.judge(x, length);
      }
      double[] x = new double[length];
      cursor.read(0, from, x, length);
      return zscore.judge(x, length);
    } catch (UncheckedIOException e) {
      throw new IllegalStateException(e);
    }
  }

  private static byte[] mask(ZScore zscore, int length) {
    byte[] mask = new byte[length];
    for (int i = 0; i < zscore.count(); i++) {
      mask[zscore.places()[i]] = 1;
    }
    return mask;
  }

  private static long crc(byte[] bytes) {
    CRC32 crc = new CRC32();
    crc.update(bytes);
    return crc.getValue();
  }

  @Test
  void theVectorKernelGivesTheScalarOnesBits() {
    SplittableRandom random = new SplittableRandom(5);
    ZScore scalar = new ZScore(1.5, new ScalarZScore());
    ZScore vector = new ZScore(1.5, kernels().skip(1).findFirst().orElseThrow());
    for (int round = 0; round < 400; round++) {
      int length = 1 + random.nextInt(3000);
      float[] f = new float[length];
      double[] d = new double[length];
      for (int i = 0; i < length; i++) {
        d[i] = Math.scalb(random.nextDouble() - 0.3, random.nextInt(8));
        f[i] = (float) d[i];
      }
      if (round % 3 == 0) {
        d[random.nextInt(length)] = Double.NaN;
        f[random.nextInt(length)] = Float.NEGATIVE_INFINITY;
      }

      assertThat(vector.judge(f, length)).isEqualTo(scalar.judge(f, length));
      assertSame(scalar, vector);
      assertThat(vector.judge(d, length)).isEqualTo(scalar.judge(d, length));
      assertSame(scalar, vector);
    }
  }

  private static void assertSame(ZScore scalar, ZScore vector) {
    assertThat(vector.mean()).isEqualTo(scalar.mean());
    assertThat(vector.std()).isEqualTo(scalar.std());
    assertThat(vector.missing()).isEqualTo(scalar.missing());
    assertThat(Arrays.copyOf(vector.places(), vector.count()))
        .isEqualTo(Arrays.copyOf(scalar.places(), scalar.count()));
  }

  /** A chunk in one item type, and how it is handed over. */
  private interface Judge {
    int judge(ZScore zscore, double[] x);
  }

  static Stream<Arguments> waysToJudge() {
    Map<String, Judge> ways =
        Map.of(
            "float[]", (zscore, x) -> zscore.judge(floats(x), x.length),
            "FloatBuffer", (zscore, x) -> zscore.judge(FloatBuffer.wrap(floats(x)), x.length),
            "double[]", (zscore, x) -> zscore.judge(x, x.length),
            "DoubleBuffer", (zscore, x) -> zscore.judge(DoubleBuffer.wrap(x), x.length));
    return kernels()
        .flatMap(
            kernel ->
                ways.entrySet().stream()
                    .map(way -> Arguments.of(kernel, way.getKey(), way.getValue())));
  }

  private static float[] floats(double[] x) {
    float[] f = new float[x.length];
    for (int i = 0; i < x.length; i++) {
      f[i] = (float) x[i];
    }
    return f;
  }

  private static void assertAsNumpy(ZScore zscore, double threshold, double[] x, String way) {
    NumpyZScore expected =
        way.startsWith("float") || way.startsWith("Float")
            ? NumpyZScore.of(floats(x), (float) threshold)
            : NumpyZScore.of(x, threshold);
    int[] places = Arrays.copyOf(zscore.places(), zscore.count());
    double[] values = Arrays.copyOf(zscore.values(), zscore.count());

    assertThat(Arrays.stream(places).boxed().toList()).isEqualTo(expected.places());
    assertThat(values)
        .isEqualTo(
            Arrays.stream(places)
                .mapToDouble(i -> way.startsWith("d") || way.startsWith("D") ? x[i] : (float) x[i])
                .toArray());
    assertThat(zscore.mean()).isEqualTo(expected.mean());
    assertThat(zscore.std()).isEqualTo(expected.std());
  }

  @ParameterizedTest(name = "{1} {0}")
  @MethodSource("waysToJudge")
  void aGuessChangesNothingHoweverWrongItIs(ZScoreKernel kernel, String way, Judge judge) {
    SplittableRandom random = new SplittableRandom(17);
    double threshold = 2.5;
    ZScore zscore = new ZScore(threshold, kernel);
    for (int round = 0; round < 120; round++) {
      double[] x = new double[round % 5 == 0 ? 4096 : 900 + random.nextInt(3000)];
      double level = round % 4 == 0 ? 0 : Math.scalb(random.nextDouble() - 0.5, random.nextInt(20));
      double scale = Math.scalb(1.0, random.nextInt(12) - 6);
      double slope = round % 7 == 0 ? scale * 5 / x.length : 0;
      for (int i = 0; i < x.length; i++) {
        x[i] = level + slope * i + scale * bell(random);
      }
      x[random.nextInt(x.length)] += scale * 20;

      // Twice, so that the second time has the best guess of all.
      for (int again = 0; again < 2; again++) {
        judge.judge(zscore, x);
        assertAsNumpy(zscore, threshold, x, way);
      }
    }
  }

  private static double bell(SplittableRandom random) {
    double sum = -6;
    for (int k = 0; k < 12; k++) {
      sum += random.nextDouble();
    }
    return sum;
  }

  @ParameterizedTest(name = "{1} {0}")
  @MethodSource("waysToJudge")
  void valuesOnTheThresholdAreJudgedAsNumpyDoes(ZScoreKernel kernel, String way, Judge judge) {
    SplittableRandom random = new SplittableRandom(23);
    double[] x = new double[5000];
    Arrays.setAll(x, i -> 100 + bell(random));
    boolean isFloat = way.startsWith("f") || way.startsWith("F");
    NumpyZScore whole = isFloat ? NumpyZScore.of(floats(x), 3) : NumpyZScore.of(x, 3);
    for (int k = 0; k < 60; k++) {
      int place = random.nextInt(x.length);
      double exactly =
          isFloat
              ? Math.abs(((float) x[place] - (float) whole.mean()) / (float) whole.std())
              : Math.abs((x[place] - whole.mean()) / whole.std());
      for (double threshold :
          isFloat
              ? new double[] {exactly, Math.nextDown((float) exactly), Math.nextUp((float) exactly)}
              : new double[] {exactly, Math.nextDown(exactly), Math.nextUp(exactly)}) {
        ZScore zscore = new ZScore(threshold, kernel);
        judge.judge(zscore, x);
        judge.judge(zscore, x);

        assertAsNumpy(zscore, threshold, x, way);
        assertThat(Arrays.binarySearch(zscore.places(), 0, zscore.count(), place) >= 0)
            .isEqualTo(threshold < exactly);
      }
    }
  }

  @ParameterizedTest(name = "{1} {0}")
  @MethodSource("waysToJudge")
  void strangeChunksAreJudgedAsNumpyDoesAfterAnyOther(
      ZScoreKernel kernel, String way, Judge judge) {
    SplittableRandom random = new SplittableRandom(31);
    List<double[]> chunks = new ArrayList<>();
    for (double[] levelAndScale :
        new double[][] {
          {0, 1},
          {1e6, 1},
          {-16_777_216, 0.5},
          {0, 1e-41},
          {0, 1e-18},
          {1e-30, 1e-36},
          {0, 1e17},
          {1e30, 1e24},
          {5, 0},
          {0, 0}
        }) {
      double[] x = new double[2048];
      Arrays.setAll(x, i -> levelAndScale[0] + levelAndScale[1] * bell(random));
      chunks.add(x);
      double[] one = x.clone();
      one[777] += levelAndScale[1] == 0 ? 1 : 30 * levelAndScale[1];
      chunks.add(one);
    }
    double[] steps = new double[2048];
    Arrays.setAll(steps, i -> random.nextInt(8) == 0 ? random.nextInt(6) * 0.5 : 0);
    chunks.add(steps);
    for (double[] before : chunks) {
      for (double[] x : chunks) {
        ZScore zscore = new ZScore(3, kernel);
        judge.judge(zscore, before);
        judge.judge(zscore, x);

        assertAsNumpy(zscore, 3, x, way);
      }
    }
  }

  @ParameterizedTest(name = "{1} {0}")
  @MethodSource("waysToJudge")
  void aChunkWithGapsIsJudgedAlikeAfterAnyOther(ZScoreKernel kernel, String way, Judge judge) {
    SplittableRandom random = new SplittableRandom(37);
    double[] whole = new double[2048];
    Arrays.setAll(whole, i -> bell(random));
    for (double broken : new double[] {Double.NaN, Double.NEGATIVE_INFINITY, 3.4e38, -1.7e308}) {
      double[] x = whole.clone();
      x[1000] = broken;
      x[1500] = broken;
      ZScore fresh = new ZScore(3, kernel);
      ZScore experienced = new ZScore(3, kernel);
      judge.judge(fresh, x);
      judge.judge(experienced, whole);
      judge.judge(experienced, x);

      assertSame(fresh, experienced);
      assertThat(Arrays.copyOf(experienced.values(), experienced.count()))
          .isEqualTo(Arrays.copyOf(fresh.values(), fresh.count()));
    }
  }

  @ParameterizedTest(name = "{1} {0}")
  @MethodSource("waysToJudge")
  void likeChunksTakeOnePass(ZScoreKernel kernel, String way, Judge judge) {
    SplittableRandom random = new SplittableRandom(41);
    CountingKernel passes = new CountingKernel(kernel);
    ZScore zscore = new ZScore(3, passes);
    for (int k = 0; k < 20; k++) {
      double[] x = new double[32_768];
      Arrays.setAll(x, i -> 20 + bell(random));
      judge.judge(zscore, x);
    }

    assertThat(passes.exact).as("passes over whole chunks, all in the first").isEqualTo(3);
  }

  /** Counts the passes that the one is there to save. */
  private static final class CountingKernel implements ZScoreKernel {
    private final ZScoreKernel kernel;
    private int exact;

    CountingKernel(ZScoreKernel kernel) {
      this.kernel = kernel;
    }

    @Override
    public float survey(
        float[] x, int from, int count, int place, float centre, float near, Survey noted) {
      return kernel.survey(x, from, count, place, centre, near, noted);
    }

    @Override
    public double survey(
        double[] x, int from, int count, int place, double centre, double near, Survey noted) {
      return kernel.survey(x, from, count, place, centre, near, noted);
    }

    @Override
    public float sum(float[] x, int from, int count) {
      exact++;
      return kernel.sum(x, from, count);
    }

    @Override
    public double sum(double[] x, int from, int count) {
      exact++;
      return kernel.sum(x, from, count);
    }

    @Override
    public float squares(float[] x, int from, int count, float mean) {
      exact++;
      return kernel.squares(x, from, count, mean);
    }

    @Override
    public double squares(double[] x, int from, int count, double mean) {
      exact++;
      return kernel.squares(x, from, count, mean);
    }

    @Override
    public int beyond(float[] x, int count, float mean, float cut, int[] places) {
      exact++;
      return kernel.beyond(x, count, mean, cut, places);
    }

    @Override
    public int beyond(double[] x, int count, double mean, double cut, int[] places) {
      exact++;
      return kernel.beyond(x, count, mean, cut, places);
    }
  }

  @ParameterizedTest
  @MethodSource("kernels")
  void leavesMissingValuesOutAndFlagsInfinities(ZScoreKernel kernel) {
    double[] x = new double[100];
    Arrays.setAll(x, i -> i % 2);
    x[10] = Double.NaN;
    x[11] = Double.POSITIVE_INFINITY;
    x[60] = 9;
    x[90] = Double.NEGATIVE_INFINITY;
    ZScore zscore = new ZScore(3, kernel);

    assertThat(zscore.judge(x, 100)).isEqualTo(3);
    assertThat(Arrays.copyOf(zscore.places(), 3)).containsExactly(11, 60, 90);
    assertThat(zscore.missing()).isEqualTo(1);
    assertThat(zscore.mean()).isBetween(0.5, 0.6);
  }

  @ParameterizedTest
  @MethodSource("kernels")
  void flagsNothingInConstantMissingOrEmptyChunks(ZScoreKernel kernel) {
    ZScore zscore = new ZScore(3, kernel);
    float[] constant = new float[1000];
    Arrays.fill(constant, 7);
    float[] missing = new float[50];
    Arrays.fill(missing, Float.NaN);

    assertThat(zscore.judge(constant, 1000)).isZero();
    assertThat(zscore.judge(missing, 50)).isZero();
    assertThat(zscore.missing()).isEqualTo(50);
    assertThat(zscore.judge(new double[0], 0)).isZero();
    assertThat(zscore.judge(new double[] {5}, 1)).isZero();
  }

  @ParameterizedTest
  @MethodSource("kernels")
  void flagsNothingWhereTheSquaresOverflowAsNumpyDoes(ZScoreKernel kernel) {
    float[] x = new float[40];
    x[3] = 3e38f;
    x[4] = -3e38f;

    assertThat(new ZScore(1, kernel).judge(x, 40)).isZero();
  }

  @Test
  void refusesAThresholdThatIsNone() {
    assertThatThrownBy(() -> new ZScore(Double.NaN))
        .isInstanceOf(SeriesException.class)
        .hasMessage("threshold: NaN (expected: a number of at least 0)");
  }
}
