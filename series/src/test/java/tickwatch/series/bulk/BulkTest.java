package tickwatch.series.bulk;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.concurrent.atomic.AtomicLong;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.EnumSource;
import tickwatch.series.DType;
import tickwatch.series.Params;
import tickwatch.series.Progress;
import tickwatch.series.SeriesException;
import tickwatch.series.detect.Decomposition;
import tickwatch.series.detect.Ewma;
import tickwatch.series.detect.SeasonalEwma;
import tickwatch.series.detect.ZScore;
import tickwatch.series.generate.Anomalies;
import tickwatch.series.generate.Distribution;
import tickwatch.series.generate.Drift;
import tickwatch.series.generate.Generator;
import tickwatch.series.generate.Recipe;
import tickwatch.series.generate.Seasonality;
import tickwatch.series.npy.FileFormat;
import tickwatch.series.npy.SeriesFile;
import tickwatch.series.random.Noise;

class BulkTest {
  private static final Distribution NOISE = new Distribution.Normal(5, 1);
  private static final Recipe RECIPE =
      new Recipe(
          Noise.Kind.ZIGGURAT,
          NOISE,
          List.of(new Seasonality(3, 50, 0)),
          1e-6,
          Drift.NONE,
          Anomalies.ofRate(0.003, NOISE));
  private static final long SEED = 99;

  @TempDir Path directory;

  private BulkGenerate generate(
      DType dtype, FileFormat format, long count, int threads, int chunk, boolean inOrder) {
    return new BulkGenerate(
        new BulkGenerate.Config(RECIPE, SEED, dtype, format, count, threads, chunk, inOrder),
        Progress.NONE);
  }

  private Path file(DType dtype, long count) {
    Path path = directory.resolve("x-" + dtype + ".npy");
    generate(dtype, FileFormat.NPY, count, 2, 65_536, false).toFile(path);
    return path;
  }

  @ParameterizedTest
  @EnumSource(DType.class)
  void aSeedGivesOneFileForAnyThreadsChunksAndOrder(DType dtype) throws IOException {
    Path expected = directory.resolve("expected.npy");
    generate(dtype, FileFormat.NPY, 300_001, 1, 300_001, false).toFile(expected);
    byte[] bytes = Files.readAllBytes(expected);
    for (int threads : new int[] {1, 2, 5}) {
      for (int chunk : new int[] {1_000, 8_192, 99_999}) {
        for (boolean inOrder : new boolean[] {true, false}) {
          Path path = directory.resolve("other.npy");
          generate(dtype, FileFormat.NPY, 300_001, threads, chunk, inOrder).toFile(path);
          assertThat(Files.readAllBytes(path))
              .as("%d threads, chunk %d, %s", threads, chunk, inOrder)
              .isEqualTo(bytes);
          assertThat(directory.resolve("other.npy.json"))
              .hasSameTextualContentAs(directory.resolve("expected.npy.json"));
          assertThat(directory.resolve("other.npy.labels.csv"))
              .hasSameTextualContentAs(directory.resolve("expected.npy.labels.csv"));
        }
      }
    }
    ByteArrayOutputStream stream = new ByteArrayOutputStream();
    generate(dtype, FileFormat.NPY, 300_001, 3, 7_777, false)
        .toStream(stream, directory.resolve("stream.labels.csv"));
    assertThat(stream.toByteArray()).isEqualTo(bytes);
    assertThat(directory.resolve("stream.labels.csv"))
        .hasSameTextualContentAs(directory.resolve("expected.npy.labels.csv"));
  }

  @Test
  void aFileHoldsTheGeneratorsValues() {
    Path npy = file(DType.F8, 100_000);
    Path raw = directory.resolve("x.raw");
    generate(DType.F8, FileFormat.RAW, 100_000, 2, 1_000, false).toFile(raw);
    double[] expected = new double[100_000];
    new Generator(RECIPE, SEED).fill(0, expected, 0, expected.length);

    assertThat(values(npy, FileFormat.NPY)).isEqualTo(expected);
    assertThat(values(raw, FileFormat.RAW)).isEqualTo(expected);
    assertThat(raw).hasSize(800_000);
  }

  private static double[] values(Path path, FileFormat format) {
    try (SeriesFile file = SeriesFile.open(path, format);
        SeriesFile.Cursor cursor = file.cursor()) {
      double[] x = new double[(int) file.rows()];
      cursor.read(0, 0, x, x.length);
      return x;
    }
  }

  @Test
  void aRunThatFailsLeavesNothing() throws IOException {
    Path path = directory.resolve("x.npy");
    BulkGenerate failing =
        new BulkGenerate(
            new BulkGenerate.Config(
                RECIPE, SEED, DType.F8, FileFormat.NPY, 5_000_000, 2, 1_000, true),
            (done, total) -> {
              if (done > 1_000_000) {
                throw new SeriesException("no space left");
              }
            });

    assertThatThrownBy(() -> failing.toFile(path))
        .isInstanceOf(SeriesException.class)
        .hasMessage("no space left");
    assertThat(directory).isEmptyDirectory();
  }

  /** Flagged places by the plainest means: the detector's own loop over the whole array. */
  private static Set<Integer> expected(
      Detection detection, double[] x, float[] f, DType dtype, int chunk) {
    Set<Integer> places = new HashSet<>();
    if (detection instanceof Detection.ZScore zscore) {
      ZScore judge = new ZScore(zscore.threshold());
      for (int from = 0; from < x.length; from += chunk) {
        int n = Math.min(chunk, x.length - from);
        int found =
            dtype == DType.F4
                ? judge.judge(Arrays.copyOfRange(f, from, from + n), n)
                : judge.judge(Arrays.copyOfRange(x, from, from + n), n);
        for (int i = 0; i < found; i++) {
          places.add(from + judge.places()[i]);
        }
      }
    } else if (detection instanceof Detection.GlobalZScore zscore) {
      double mean = Arrays.stream(x).average().orElseThrow();
      double std =
          Math.sqrt(Arrays.stream(x).map(v -> (v - mean) * (v - mean)).average().orElseThrow());
      for (int i = 0; i < x.length; i++) {
        if (Math.abs(x[i] - mean) / std > zscore.threshold()) {
          places.add(i);
        }
      }
    } else if (detection instanceof Detection.ExponentiallyWeighted ewma) {
      SeasonalEwma judge = ewma.stream(Arrays.copyOf(x, Math.min(x.length, ewma.learn())));
      for (int i = 0; i < x.length; i++) {
        if (judge.accept(x[i]) == Ewma.Verdict.ANOMALOUS) {
          places.add(i);
        }
      }
    } else if (detection instanceof Detection.Seasonal seasonal) {
      boolean[] flagged = Decomposition.decompose(x, seasonal.config()).flagged();
      for (int i = 0; i < x.length; i++) {
        if (flagged[i]) {
          places.add(i);
        }
      }
    }
    return places;
  }

  @ParameterizedTest
  @CsvSource({
    "zscore, F4, false",
    "zscore, F8, false",
    "zscore, F4, true",
    "zscore, F8, true",
    "ewma, F4, false",
    "ewma, F8, false",
    "seasonal ewma, F8, false",
    "stl, F4, false",
    "stl, F8, false"
  })
  void flagsTheSameForAnyThreadsFromFileAndFused(String type, DType dtype, boolean global)
      throws IOException {
    int count = 2_500_000;
    Map<String, Object> params =
        type.equals("stl")
            ? Map.of("period", 50)
            : type.startsWith("seasonal") ? Map.of("period", 0, "learn", 1000) : Map.of();
    Detection detection =
        Detection.of(type.replace("seasonal ", ""), new Params("params", params), global);
    Path input = file(dtype, count);
    double[] x = values(input, FileFormat.NPY);
    float[] f = new float[dtype == DType.F4 ? count : 0];
    for (int i = 0; i < f.length; i++) {
      f[i] = (float) x[i];
    }
    int chunk = 10_000;
    Set<Integer> expected = expected(detection, x, f, dtype, chunk);
    Path csv = directory.resolve("found.csv");
    String first = "";
    for (int threads : new int[] {1, 3}) {
      for (boolean fused : new boolean[] {false, true}) {
        BulkScan.Summary summary;
        BulkScan.Config config = new BulkScan.Config(detection, chunk, threads, csv, false);
        if (fused) {
          summary =
              new BulkScan(Source.generated(RECIPE, SEED, dtype, count), config, Progress.NONE)
                  .run();
        } else {
          try (SeriesFile file = SeriesFile.open(input, FileFormat.NPY)) {
            summary = new BulkScan(Source.of(file), config, Progress.NONE).run();
          }
        }
        List<String> lines = Files.readAllLines(csv);
        List<Integer> found = new ArrayList<>();
        for (String line : lines.subList(1, lines.size())) {
          String[] fields = line.split(",", -1);
          found.add(Integer.parseInt(fields[1]));
          assertThat(Double.parseDouble(fields[2])).isEqualTo(x[Integer.parseInt(fields[1])]);
        }

        assertThat(summary.flagged()).isEqualTo(expected.size()).isEqualTo(found.size());
        assertThat(found).isSorted();
        assertThat(new HashSet<>(found)).isEqualTo(expected);
        String text = Files.readString(csv);
        assertThat(first.isEmpty() || text.equals(first))
            .as("the same bytes with %d threads, fused %s", threads, fused)
            .isTrue();
        first = text;
      }
    }
    assertThat(expected.size()).isGreaterThan(1_000);
  }

  @Test
  void writesMasksOfBytesAndOfBits() throws IOException {
    int count = 100_003;
    Path input = file(DType.F4, count);
    Detection detection = new Detection.ZScore(3);
    Path bytes = directory.resolve("mask.npy");
    Path bits = directory.resolve("bits.npy");
    Path csv = directory.resolve("list.csv");
    try (SeriesFile file = SeriesFile.open(input, FileFormat.NPY)) {
      for (Path out : List.of(bytes, bits, csv)) {
        new BulkScan(
                Source.of(file),
                new BulkScan.Config(detection, 4_096, 2, out, out == bits),
                Progress.NONE)
            .run();
      }
    }
    byte[] mask = body(bytes);
    byte[] packed = body(bits);
    boolean[] listed = new boolean[count];
    List<String> lines = Files.readAllLines(csv);
    lines
        .subList(1, lines.size())
        .forEach(line -> listed[Integer.parseInt(line.split(",", -1)[1])] = true);

    assertThat(mask).hasSize(count);
    assertThat(packed).hasSize((count + 7) / 8);
    for (int i = 0; i < count; i++) {
      assertThat(mask[i] == 1).isEqualTo(listed[i]);
      assertThat((packed[i / 8] >> (7 - i % 8) & 1) == 1).isEqualTo(listed[i]);
    }
  }

  private static byte[] body(Path npy) throws IOException {
    byte[] all = Files.readAllBytes(npy);
    return Arrays.copyOfRange(all, 128, all.length);
  }

  @Test
  void judgesColumnsByThemselves() throws Exception {
    Path input =
        Path.of(
            Objects.requireNonNull(BulkTest.class.getResource("/numpy/rows_columns_f8.npy"))
                .toURI());
    Path out = directory.resolve("found.csv");
    try (SeriesFile file = SeriesFile.open(input, FileFormat.NPY)) {
      BulkScan.Summary summary =
          new BulkScan(
                  Source.of(file),
                  new BulkScan.Config(new Detection.ZScore(1.2), 100, 2, out, false),
                  Progress.NONE)
              .run();

      assertThat(summary.values()).isEqualTo(12);
    }
    assertThat(
            Files.readAllLines(out).stream().map(line -> line.substring(0, line.indexOf(',', 2))))
        .containsExactly("column", "0,0", "0,3", "1,0", "1,3", "2,0", "2,3");
  }

  @ParameterizedTest
  @CsvSource({"zscore, false", "zscore, true", "ewma, false"})
  void anEmptyFileHasNothingToFind(String type, boolean global) {
    Path input = directory.resolve("empty.npy");
    generate(DType.F8, FileFormat.NPY, 0, 2, 1_000, false).toFile(input);
    Path out = directory.resolve("mask.npy");
    try (SeriesFile file = SeriesFile.open(input, FileFormat.NPY)) {
      BulkScan.Config config =
          new BulkScan.Config(
              Detection.of(type, Params.none(), global), BulkScan.DEFAULT_CHUNK, 2, out, false);

      assertThat(new BulkScan(Source.of(file), config, Progress.NONE).run().flagged()).isZero();
    }
    assertThat(out).hasSize(128);
  }

  @Test
  void aScanThatFailsLeavesNoMask() throws IOException {
    Path input = file(DType.F8, 3_000_000);
    Path out = directory.resolve("mask.npy");
    try (SeriesFile file = SeriesFile.open(input, FileFormat.NPY)) {
      BulkScan.Config config = new BulkScan.Config(new Detection.ZScore(3), 8_192, 2, out, false);
      BulkScan scan =
          new BulkScan(
              Source.of(file),
              config,
              (done, total) -> {
                throw new SeriesException("stop");
              });

      assertThatThrownBy(scan::run).hasMessage("stop");
    }
    assertThat(Files.exists(out)).isFalse();
    assertThat(Files.exists(directory.resolve("mask.npy.partial"))).isFalse();
  }

  @Test
  void tellsOfAFileThatWasCutWhileItWasOpen() throws IOException {
    Path input = file(DType.F8, 3_000_000);
    try (SeriesFile file = SeriesFile.open(input, FileFormat.NPY);
        var channel = FileChannel.open(input, StandardOpenOption.WRITE)) {
      channel.truncate(10_000);
      BulkScan.Config config = new BulkScan.Config(new Detection.ZScore(3), 8_192, 2, null, false);

      assertThatThrownBy(() -> new BulkScan(Source.of(file), config, Progress.NONE).run())
          .isInstanceOf(SeriesException.class)
          .hasMessage(input + ": became shorter while it was read");
    }
  }

  @Test
  void momentsHoldFarFromZero() {
    double[] x = new double[200_000];
    new Generator(Recipe.of(Noise.Kind.ZIGGURAT, new Distribution.Normal(0, 1)), 4)
        .fill(0, x, 0, x.length);
    ZScore zscore = new ZScore(3);
    Moments near = new Moments();
    Moments far = new Moments();
    for (int from = 0; from < x.length; from += 1_000) {
      double[] part = Arrays.copyOfRange(x, from, from + 1_000);
      zscore.measure(part, 1_000);
      near.add(zscore);
      zscore.measure(Arrays.stream(part).map(v -> v + 1e8).toArray(), 1_000);
      Moments other = new Moments();
      other.add(zscore);
      far.add(other);
    }

    assertThat(far.std() / near.std()).isBetween(1 - 1e-7, 1 + 1e-7);
    assertThat(far.mean() - 1e8 - near.mean()).isBetween(-1e-7, 1e-7);
  }

  /** A source that counts how often each of its values is read. */
  private static Source counting(double[] x, AtomicLong read) {
    return new Source() {
      @Override
      public String origin() {
        return "array";
      }

      @Override
      public DType dtype() {
        return DType.F8;
      }

      @Override
      public long rows() {
        return x.length;
      }

      @Override
      public int columns() {
        return 1;
      }

      @Override
      public Cursor cursor() {
        return new Cursor() {
          @Override
          public void read(int column, long from, float[] out, int count) {
            throw new IllegalStateException("a source of doubles");
          }

          @Override
          public void read(int column, long from, double[] out, int count) {
            read.addAndGet(count);
            System.arraycopy(x, (int) from, out, 0, count);
          }

          @Override
          public void close() {}
        };
      }
    };
  }

  @ParameterizedTest
  @CsvSource({
    "even, 1.0",
    "a level that moves half-way, 1.5",
    "one in three far off, 1.0",
    "a spread that shrinks half-way, 2.0",
    "missing values and infinities, 1.0",
    "only missing values, 2.0"
  })
  void aGlobalScanReadsOnceAndAnswersLikeTwoRuns(String what, double mostReads) throws IOException {
    int count = 4_000_000;
    double[] x = new double[count];
    new Generator(Recipe.of(Noise.Kind.ZIGGURAT, Distribution.standard()), 8).fill(0, x, 0, count);
    for (int i = 0; i < count; i++) {
      switch (what) {
        case "a level that moves half-way" -> x[i] += i < count / 2 ? 0 : 6;
        case "a spread that shrinks half-way" -> x[i] *= i < count / 2 ? 10 : 0.1;
        case "one in three far off" -> x[i] += i % 3 == 0 ? 100 : 0;
        case "missing values and infinities" ->
            x[i] = i % 1000 == 7 ? Double.NaN : i == 3_999_999 ? Double.NEGATIVE_INFINITY : x[i];
        case "only missing values" -> x[i] = Double.NaN;
        default -> x[i] *= 1;
      }
    }
    double[] finite = Arrays.stream(x).filter(Double::isFinite).toArray();
    double mean = Arrays.stream(finite).average().orElse(Double.NaN);
    double std =
        Math.sqrt(
            Arrays.stream(finite).map(v -> (v - mean) * (v - mean)).average().orElse(Double.NaN));
    List<String> expected = new ArrayList<>();
    for (int i = 0; i < count; i++) {
      if (Math.abs(x[i] - mean) / std > 2.5) {
        expected.add("0," + i + "," + x[i]);
      }
    }
    AtomicLong read = new AtomicLong();
    Path out = directory.resolve("found.csv");
    BulkScan.Summary summary =
        new BulkScan(
                counting(x, read),
                new BulkScan.Config(new Detection.GlobalZScore(2.5), 1_000, 2, out, false),
                Progress.NONE)
            .run();
    List<String> lines = Files.readAllLines(out);

    assertThat(
            lines.subList(1, lines.size()).stream()
                .map(line -> line.substring(0, line.lastIndexOf(',')))
                .toList())
        .isEqualTo(expected);
    assertThat(summary.missing()).isEqualTo(Arrays.stream(x).filter(Double::isNaN).count());
    assertThat((double) read.get() / count).isBetween(1.0, mostReads + 0.3);
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "zscores | false | type: \"zscores\" (expected: zscore, ewma or stl)",
        "ewma    | true  | global: not with type ewma (expected: zscore; ewma and stl always see the whole column)"
      })
  void refusesDetectionsItDoesNotKnow(String type, boolean global, String sentence) {
    assertThatThrownBy(() -> Detection.of(type, Params.none(), global)).hasMessage(sentence);
  }
}
