package tickwatch.series.detect;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.URISyntaxException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.Objects;
import java.util.SplittableRandom;
import java.util.stream.Stream;
import java.util.zip.CRC32;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
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
