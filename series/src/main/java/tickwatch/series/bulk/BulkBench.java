package tickwatch.series.bulk;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.EnumMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Objects;
import java.util.Random;
import java.util.TreeSet;
import java.util.function.Consumer;
import java.util.function.DoubleSupplier;
import java.util.function.IntFunction;
import tickwatch.series.DType;
import tickwatch.series.Params;
import tickwatch.series.Progress;
import tickwatch.series.SeriesException;
import tickwatch.series.VectorUnit;
import tickwatch.series.generate.Distribution;
import tickwatch.series.generate.Recipe;
import tickwatch.series.npy.FileFormat;
import tickwatch.series.npy.SeriesFile;
import tickwatch.series.random.Noise;

/**
 * How many values a second this machine generates, scans, and generates and scans at once: by
 * threads and by chunk, beside the plainest single-threaded code, NumPy and the memory's own
 * bandwidth.
 *
 * <p>All cases take turns, round after round, so that what else the machine does falls on all of
 * them; the first round is not counted. The result of a case is the median of its rounds. Written
 * are {@code bulk-bench.csv} and two plots, {@code throughput-by-threads.svg} and {@code
 * throughput-by-chunk.svg}.
 */
public final class BulkBench {
  private static final int MEMORY_LONGS = 1 << 24;
  private static final int NAIVE_SHARE = 16;

  /** NumPy's chunk where it has the most room, as its users write it: whole arrays. */
  private static final int NUMPY_LARGE = 1 << 24;

  /**
   * How much to measure.
   *
   * @param out the folder for the results; made if it is missing
   * @param values values a case works on in one round
   * @param rounds counted rounds
   * @param numpy whether to measure NumPy, too
   */
  public record Config(Path out, long values, int rounds, int maxThreads, boolean numpy) {
    public Config {
      if (values < 1_000 || rounds < 1 || maxThreads < 1) {
        throw new SeriesException(
            "bulk-bench: "
                + values
                + " values, "
                + rounds
                + " rounds, "
                + maxThreads
                + " threads (expected: at least 1000, 1 and 1)");
      }
    }
  }

  /** One case. */
  private record Case(String what, String how, String dtype, int threads, int chunk) {}

  private final Config config;
  private final Consumer<String> say;
  private final Map<Case, List<Double>> results = new LinkedHashMap<>();
  private final Map<Case, DoubleSupplier> cases = new LinkedHashMap<>();
  private double sink;

  /**
   * A bench that has measured nothing yet.
   *
   * @param say takes a line for each round and each result
   */
  public BulkBench(Config config, Consumer<String> say) {
    this.config = config;
    this.say = say;
  }

  /** Measures and writes the results. */
  public void run() {
    try {
      Files.createDirectories(config.out());
    } catch (IOException e) {
      throw new SeriesException(config.out() + ": cannot be made: " + e.getMessage(), e);
    }
    List<Integer> threads = threads();
    Map<DType, SeriesFile> files = new EnumMap<>(DType.class);
    List<Path> paths = new ArrayList<>();
    try {
      for (DType dtype : DType.values()) {
        Path path =
            config
                .out()
                .resolve("bulk-bench-" + dtype.name().toLowerCase(Locale.ROOT) + ".tmp.npy");
        paths.add(path);
        new BulkGenerate(
                generation(
                    Noise.Kind.ZIGGURAT, dtype, config.maxThreads(), BulkGenerate.DEFAULT_CHUNK),
                Progress.NONE)
            .toFile(path);
        files.put(dtype, SeriesFile.open(path, FileFormat.NPY));
      }
      prepare(threads, files);
      for (int round = 0; round <= config.rounds(); round++) {
        say.accept(round == 0 ? "warming up" : "round " + round + " of " + config.rounds());
        measure(round > 0, threads);
      }
    } finally {
      files.values().forEach(SeriesFile::close);
      paths.forEach(BulkBench::delete);
    }
    write(threads);
  }

  private static void delete(Path path) {
    try {
      Files.deleteIfExists(path);
      Files.deleteIfExists(path.resolveSibling(path.getFileName() + ".json"));
    } catch (IOException e) {
      throw new SeriesException(path + ": cannot be removed: " + e.getMessage(), e);
    }
  }

  private List<Integer> threads() {
    TreeSet<Integer> counts = new TreeSet<>();
    for (int t = 1; t < config.maxThreads(); t *= 2) {
      counts.add(t);
    }
    counts.add(config.maxThreads());
    return List.copyOf(counts);
  }

  private static List<Integer> chunks() {
    return List.of(1 << 12, 1 << 14, 1 << 15, 1 << 16, 1 << 18, 1 << 20, 1 << 22);
  }

  private BulkGenerate.Config generation(Noise.Kind kind, DType dtype, int threads, int chunk) {
    return new BulkGenerate.Config(
        Recipe.of(kind, Distribution.standard()),
        1,
        dtype,
        FileFormat.NPY,
        config.values(),
        threads,
        chunk,
        false);
  }

  private void prepare(List<Integer> threads, Map<DType, SeriesFile> files) {
    String vector = VectorUnit.isOn() ? "vector" : "scalar";
    Detection zscore = new Detection.ZScore(3);
    for (DType dtype : DType.values()) {
      String name = dtype.descr().substring(1);
      Source file = Source.of(Objects.requireNonNull(files.get(dtype)));
      for (int t : threads) {
        for (Noise.Kind kind : Noise.Kind.values()) {
          if (kind == Noise.Kind.BOX_MULLER && !VectorUnit.isOn()) {
            continue;
          }
          Source made =
              Source.generated(Recipe.of(kind, Distribution.standard()), 1, dtype, config.values());
          add(
              "generate",
              kind.text(),
              name,
              t,
              BulkGenerate.DEFAULT_CHUNK,
              () ->
                  new BulkGenerate(
                          generation(kind, dtype, t, BulkGenerate.DEFAULT_CHUNK), Progress.NONE)
                      .toNowhere()
                      .rate());
          add(
              "both",
              kind.text() + " + " + vector,
              name,
              t,
              BulkScan.DEFAULT_CHUNK,
              () -> scan(made, zscore, BulkScan.DEFAULT_CHUNK, t));
        }
        add(
            "scan",
            vector,
            name,
            t,
            BulkScan.DEFAULT_CHUNK,
            () -> scan(file, zscore, BulkScan.DEFAULT_CHUNK, t));
      }
      int most = config.maxThreads();
      add(
          "scan ewma",
          "one column",
          name,
          1,
          BulkScan.DEFAULT_CHUNK,
          () -> scan(file, Detection.of("ewma", Params.none(), false), BulkScan.DEFAULT_CHUNK, 1));
      Detection stl = Detection.of("stl", new Params("params", Map.of("period", 200)), false);
      add(
          "scan stl",
          "period 200",
          name,
          most,
          BulkScan.DEFAULT_CHUNK,
          () -> scan(file, stl, BulkScan.DEFAULT_CHUNK, most));
      add(
          "scan --global",
          vector,
          name,
          most,
          BulkScan.DEFAULT_CHUNK,
          () -> scan(file, new Detection.GlobalZScore(3), BulkScan.DEFAULT_CHUNK, most));
      Noise.Kind kind = VectorUnit.isOn() ? Noise.Kind.BOX_MULLER : Noise.Kind.ZIGGURAT;
      Source made =
          Source.generated(Recipe.of(kind, Distribution.standard()), 1, dtype, config.values());
      for (int chunk : chunks()) {
        if (chunk != BulkScan.DEFAULT_CHUNK && chunk <= config.values()) {
          add(
              "both",
              kind.text() + " + " + vector,
              name,
              most,
              chunk,
              () -> scan(made, zscore, chunk, most));
        }
      }
    }
    add(
        "naive both",
        "java.util.Random",
        "f8",
        1,
        (int) (config.values() / NAIVE_SHARE),
        this::naive);
    long[] memory = new long[MEMORY_LONGS];
    Arrays.fill(memory, 1);
    for (int t : threads) {
      add("memory read, MB", "longs", "", t, 0, () -> memoryBandwidth(memory, t));
    }
  }

  private void add(
      String what, String how, String dtype, int threads, int chunk, DoubleSupplier run) {
    cases.put(new Case(what, how, dtype, threads, chunk), run);
  }

  private double scan(Source source, Detection detection, int chunk, int threads) {
    BulkScan.Summary summary =
        new BulkScan(
                source, new BulkScan.Config(detection, chunk, threads, null, false), Progress.NONE)
            .run();
    sink += summary.flagged();
    return summary.rate();
  }

  /**
   * What one writes without thinking of speed: the JDK's oldest generator, one array, a division a
   * value.
   */
  private double naive() {
    long started = System.nanoTime();
    int n = (int) (config.values() / NAIVE_SHARE);
    double[] x = new double[n];
    Random random = new Random(1);
    for (int i = 0; i < n; i++) {
      x[i] = random.nextGaussian();
    }
    double sum = 0;
    for (double v : x) {
      sum += v;
    }
    double mean = sum / n;
    double squares = 0;
    for (double v : x) {
      squares += Math.pow(v - mean, 2);
    }
    double std = Math.sqrt(squares / n);
    boolean[] mask = new boolean[n];
    for (int i = 0; i < n; i++) {
      mask[i] = Math.abs((x[i] - mean) / std) > 3;
      sink += mask[i] ? 1 : 0;
    }
    return n / ((System.nanoTime() - started) / 1e9);
  }

  /**
   * Megabytes times a million a second, so that the table's unit fits: every thread sums its share
   * four times.
   */
  private double memoryBandwidth(long[] memory, int threads) {
    int parts = threads * 16;
    int rounds = 4;
    long[] sums = new long[threads];
    long started = System.nanoTime();
    Crew.run(
        threads,
        (long) parts * rounds,
        number ->
            unit -> {
              int part = (int) (unit % parts);
              int from = (int) ((long) memory.length * part / parts);
              int to = (int) ((long) memory.length * (part + 1) / parts);
              sums[number] += sum(memory, from, to);
            },
        null);
    double seconds = (System.nanoTime() - started) / 1e9;
    sink += Arrays.stream(sums).sum();
    return 8.0 * memory.length * rounds / seconds;
  }

  private static long sum(long[] memory, int from, int to) {
    long a = 0;
    for (int i = from; i < to; i++) {
      a += memory[i];
    }
    return a;
  }

  private void measure(boolean counted, List<Integer> threads) {
    cases.forEach((each, run) -> note(counted, each, run.getAsDouble() / 1e6));
    if (config.numpy()) {
      for (int chunk : new int[] {BulkScan.DEFAULT_CHUNK, NUMPY_LARGE}) {
        for (NumpyPeer.Result result : NumpyPeer.run(config.values(), chunk, threads)) {
          int used = (int) Math.min(chunk, config.values() / result.threads());
          note(
              counted,
              new Case(
                  result.what(),
                  "numpy " + result.version(),
                  result.dtype(),
                  result.threads(),
                  used),
              result.millionsASecond());
        }
      }
    }
  }

  private void note(boolean counted, Case each, double rate) {
    if (counted) {
      results.computeIfAbsent(each, unused -> new ArrayList<>()).add(rate);
    }
  }

  private double median(Case each) {
    List<Double> rates = results.getOrDefault(each, List.of(0.0)).stream().sorted().toList();
    return rates.get(rates.size() / 2);
  }

  private void write(List<Integer> threads) {
    StringBuilder csv = new StringBuilder("what,how,dtype,threads,chunk,median,min,max,rounds\n");
    results.forEach(
        (each, rates) -> {
          String line =
              String.format(
                  Locale.ROOT,
                  "%s,%s,%s,%d,%d,%.1f,%.1f,%.1f,%d",
                  each.what().replace(",", ""),
                  each.how(),
                  each.dtype(),
                  each.threads(),
                  each.chunk(),
                  median(each),
                  rates.stream().mapToDouble(r -> r).min().orElse(0),
                  rates.stream().mapToDouble(r -> r).max().orElse(0),
                  rates.size());
          csv.append(line).append('\n');
          say.accept(line);
        });
    String vector = VectorUnit.isOn() ? "vector" : "scalar";
    Noise.Kind kind = VectorUnit.isOn() ? Noise.Kind.BOX_MULLER : Noise.Kind.ZIGGURAT;
    Case naive =
        new Case("naive both", "java.util.Random", "f8", 1, (int) (config.values() / NAIVE_SHARE));
    LinePlot byThreads =
        new LinePlot(
            "Throughput by threads", "threads", threads.stream().map(String::valueOf).toList());
    LinePlot byChunk =
        new LinePlot(
            "Throughput by chunk, generate and scan",
            "values in a chunk",
            chunks().stream().filter(c -> c <= config.values()).map(String::valueOf).toList());
    for (DType dtype : DType.values()) {
      String name = dtype.descr().substring(1);
      byThreads.line(
          "generate " + name,
          line(
              threads,
              t -> new Case("generate", kind.text(), name, t, BulkGenerate.DEFAULT_CHUNK)));
      byThreads.line(
          "scan " + name,
          line(threads, t -> new Case("scan", vector, name, t, BulkScan.DEFAULT_CHUNK)));
      byThreads.line(
          "generate and scan " + name,
          line(
              threads,
              t ->
                  new Case("both", kind.text() + " + " + vector, name, t, BulkScan.DEFAULT_CHUNK)));
      byChunk.line(
          name,
          line(
              chunks().stream().filter(c -> c <= config.values()).toList(),
              c -> new Case("both", kind.text() + " + " + vector, name, config.maxThreads(), c)));
    }
    byThreads.naive("naive, one thread", median(naive));
    byChunk.naive("naive, one thread", median(naive));
    text("bulk-bench.csv", csv.toString());
    text("throughput-by-threads.svg", byThreads.svg());
    text("throughput-by-chunk.svg", byChunk.svg());
  }

  private double[] line(List<Integer> xs, IntFunction<Case> at) {
    return xs.stream().mapToDouble(x -> median(at.apply(x))).toArray();
  }

  private void text(String name, String text) {
    Path path = config.out().resolve(name);
    try {
      Files.write(path, text.getBytes(StandardCharsets.UTF_8));
      say.accept("wrote " + path);
    } catch (IOException e) {
      throw new SeriesException(path + ": cannot be written: " + e.getMessage(), e);
    }
  }

  /** Something that depends on all results, so that no work can be left out. */
  double sink() {
    return sink;
  }
}
