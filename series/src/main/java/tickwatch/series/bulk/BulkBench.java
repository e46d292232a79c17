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
 * them; the first round is not counted. The result of a case is the median of its rounds. Where the
 * JVM has the Vector API, everything is measured with and without it: {@code vector} is the
 * generator {@code box-muller} for floats (doubles have {@code ziggurat} all the same) and the
 * z-score on vectors.
 *
 * <p>Written are {@code bulk-bench.csv}, {@code bulk-bench.md} with the ratios, and two plots,
 * {@code throughput-by-threads.svg} and {@code throughput-by-chunk.svg}.
 */
public final class BulkBench {
  private static final int MEMORY_LONGS = 1 << 24;
  private static final int NAIVE_SHARE = 16;
  private static final String SCALAR = "scalar";
  private static final String VECTOR = "vector";

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
  private String numpy = "";

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

  private static List<String> units() {
    return VectorUnit.isOn() ? List.of(SCALAR, VECTOR) : List.of(SCALAR);
  }

  private static Noise.Kind kind(String unit, DType dtype) {
    return unit.equals(VECTOR) && dtype == DType.F4 ? Noise.Kind.BOX_MULLER : Noise.Kind.ZIGGURAT;
  }

  private static String name(DType dtype) {
    return dtype.descr().substring(1);
  }

  private void prepare(List<Integer> threads, Map<DType, SeriesFile> files) {
    Detection zscore = new Detection.ZScore(3);
    Detection ewma = Detection.of("ewma", Params.none(), false);
    Detection stl = Detection.of("stl", new Params("params", Map.of("period", 200)), false);
    int most = config.maxThreads();
    for (DType dtype : DType.values()) {
      Source file = Source.of(Objects.requireNonNull(files.get(dtype)));
      for (String unit : units()) {
        Noise.Kind kind = kind(unit, dtype);
        Source made =
            Source.generated(Recipe.of(kind, Distribution.standard()), 1, dtype, config.values());
        for (int t : threads) {
          if (unit.equals(SCALAR) || kind == Noise.Kind.BOX_MULLER) {
            BulkGenerate.Config generation = generation(kind, dtype, t, BulkGenerate.DEFAULT_CHUNK);
            add(
                new Case("generate", unit, name(dtype), t, BulkGenerate.DEFAULT_CHUNK),
                () -> new BulkGenerate(generation, Progress.NONE).toNowhere().rate());
          }
          addScan("scan", unit, file, zscore, BulkScan.DEFAULT_CHUNK, t);
        }
        addScan(
            "scan --global",
            unit,
            file,
            new Detection.GlobalZScore(3),
            BulkScan.DEFAULT_CHUNK,
            most);
        for (int t : threads) {
          addScan("both", unit, made, zscore, BulkScan.DEFAULT_CHUNK, t);
        }
        for (int chunk : chunks()) {
          if (chunk != BulkScan.DEFAULT_CHUNK && chunk <= config.values()) {
            addScan("both", unit, made, zscore, chunk, most);
          }
        }
      }
      addScan("ewma", SCALAR, file, ewma, BulkScan.DEFAULT_CHUNK, 1);
      addScan("stl", SCALAR, file, stl, BulkScan.DEFAULT_CHUNK, most);
    }
    add(naiveCase(), this::naive);
    long[] memory = new long[MEMORY_LONGS];
    Arrays.fill(memory, 1);
    for (int t : threads) {
      add(memoryCase(t), () -> memoryBandwidth(memory, t));
    }
  }

  private Case naiveCase() {
    return new Case(
        "naive both", "java.util.Random", "f8", 1, (int) (config.values() / NAIVE_SHARE));
  }

  private static Case memoryCase(int threads) {
    return new Case("memory read MB", "longs", "", threads, 0);
  }

  private void addScan(
      String what, String unit, Source source, Detection detection, int chunk, int threads) {
    BulkScan.Config scan = new BulkScan.Config(detection, chunk, threads, null, false);
    add(
        new Case(what, unit, name(source.dtype()), threads, chunk),
        () -> {
          BulkScan.Summary summary =
              new BulkScan(source, scan, Progress.NONE, unit.equals(SCALAR)).run();
          sink += summary.flagged();
          return summary.rate();
        });
  }

  private void add(Case each, DoubleSupplier run) {
    cases.put(each, run);
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
          numpy = result.version();
          note(
              counted,
              numpyCase(result.what(), result.dtype(), result.threads(), chunk),
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

  /** What NumPy's chunk is where each thread has fewer values than that. */
  private Case numpyCase(String what, String dtype, int threads, int chunk) {
    return new Case(
        what, "numpy " + numpy, dtype, threads, (int) Math.min(chunk, config.values() / threads));
  }

  private double median(Case each) {
    List<Double> rates = results.getOrDefault(each, List.of(0.0)).stream().sorted().toList();
    return rates.get(rates.size() / 2);
  }

  private double least(Case each) {
    return results.getOrDefault(each, List.of()).stream().mapToDouble(r -> r).min().orElse(0);
  }

  private double most(Case each) {
    return results.getOrDefault(each, List.of()).stream().mapToDouble(r -> r).max().orElse(0);
  }

  private void write(List<Integer> threads) {
    StringBuilder csv = new StringBuilder("what,how,dtype,threads,chunk,median,min,max,rounds\n");
    results.forEach(
        (each, rates) ->
            csv.append(
                String.format(
                    Locale.ROOT,
                    "%s,%s,%s,%d,%d,%.1f,%.1f,%.1f,%d%n",
                    each.what(),
                    each.how(),
                    each.dtype(),
                    each.threads(),
                    each.chunk(),
                    median(each),
                    least(each),
                    most(each),
                    rates.size())));
    String table = table();
    table.lines().forEach(say);
    text("bulk-bench.csv", csv.toString());
    text("bulk-bench.md", table);
    plots(threads);
  }

  /** The medians with their ratios to NumPy and to the memory's bandwidth, in Markdown. */
  private String table() {
    int most = config.maxThreads();
    StringBuilder table = new StringBuilder();
    add(
        table,
        "Million values a second, %d threads, %,d values a run, median (least to most) of %d rounds"
            + " in turns, Java %s%s. NumPy: a generator a thread, `standard_normal(out=...)`,"
            + " `abs((x - x.mean()) / x.std()) > 3`; chunks of %,d / of %,d values.",
        most,
        config.values(),
        config.rounds(),
        System.getProperty("java.version"),
        numpy.isEmpty() ? "" : ", NumPy " + numpy,
        BulkScan.DEFAULT_CHUNK,
        numpyCase("", "", most, NUMPY_LARGE).chunk());
    add(table, "");
    add(table, "| | plain Java | Vector API | NumPy | ratio, plain | ratio, vector |");
    add(table, "| --- | --- | --- | --- | --- | --- |");
    for (String what : List.of("generate", "both", "scan")) {
      for (DType dtype : DType.values()) {
        int chunk = what.equals("generate") ? BulkGenerate.DEFAULT_CHUNK : BulkScan.DEFAULT_CHUNK;
        Case plain = new Case(what, SCALAR, name(dtype), most, chunk);
        Case vector = new Case(what, VECTOR, name(dtype), most, chunk);
        Case small = numpyCase(what, name(dtype), most, BulkScan.DEFAULT_CHUNK);
        Case large = numpyCase(what, name(dtype), most, NUMPY_LARGE);
        add(
            table,
            "| %s, %s | %s | %s | %s / %s | %s / %s | %s / %s |",
            what.equals("both") ? "generate and z-score" : what.equals("scan") ? "z-score" : what,
            name(dtype),
            shown(plain),
            shown(vector),
            number(median(small)),
            number(median(large)),
            ratio(plain, small),
            ratio(plain, large),
            ratio(vector, small),
            ratio(vector, large));
      }
    }
    add(
        table,
        "| the same without a thought for speed (java.util.Random, one thread), f8 | %s | | | | |",
        shown(naiveCase()));
    add(table, "");
    double memory = median(memoryCase(most)) / 1e3;
    add(
        table,
        "| file in the page cache, %d threads | plain Java | Vector API | share of memory read,"
            + " %.2f GB/s |",
        most,
        memory);
    add(table, "| --- | --- | --- | --- |");
    for (String what : List.of("scan", "scan --global", "ewma", "stl")) {
      for (DType dtype : DType.values()) {
        int used = what.equals("ewma") ? 1 : most;
        Case plain = new Case(what, SCALAR, name(dtype), used, BulkScan.DEFAULT_CHUNK);
        Case vector = new Case(what, VECTOR, name(dtype), used, BulkScan.DEFAULT_CHUNK);
        add(
            table,
            "| %s, %s%s | %s | %s | %s%s |",
            what.equals("scan") ? "z-score" : what,
            name(dtype),
            what.equals("ewma")
                ? ", one column, one thread"
                : what.equals("stl") ? ", period 200" : "",
            shown(plain),
            shown(vector),
            share(plain, dtype, memory),
            results.containsKey(vector) ? " / " + share(vector, dtype, memory) : "");
      }
    }
    return table.toString();
  }

  private static void add(StringBuilder table, String format, Object... values) {
    table.append(String.format(Locale.ROOT, format, values).replaceAll(" +\\|", " |")).append('\n');
  }

  private String shown(Case each) {
    return results.containsKey(each)
        ? number(median(each)) + " (" + number(least(each)) + " to " + number(most(each)) + ")"
        : "";
  }

  private String ratio(Case ours, Case numpys) {
    return results.containsKey(ours) && results.containsKey(numpys)
        ? String.format(Locale.ROOT, "%.2f", median(ours) / median(numpys))
        : "-";
  }

  private String share(Case each, DType dtype, double memory) {
    return String.format(Locale.ROOT, "%.2f", median(each) * dtype.bytes() / 1e3 / memory);
  }

  private static String number(double millions) {
    return millions == 0
        ? "-"
        : String.format(Locale.ROOT, millions < 100 ? "%.1f" : "%.0f", millions);
  }

  private void plots(List<Integer> threads) {
    List<Integer> chunks = chunks().stream().filter(c -> c <= config.values()).toList();
    LinePlot byThreads =
        new LinePlot(
            "Throughput by threads", "threads", threads.stream().map(String::valueOf).toList());
    LinePlot byChunk =
        new LinePlot(
            "Throughput by chunk, generate and z-score",
            "values in a chunk",
            chunks.stream().map(String::valueOf).toList());
    String best = units().get(units().size() - 1);
    byThreads.line(
        "generate f4, " + best,
        line(threads, t -> new Case("generate", best, "f4", t, BulkGenerate.DEFAULT_CHUNK)));
    byThreads.line(
        "z-score f4, " + best,
        line(threads, t -> new Case("scan", best, "f4", t, BulkScan.DEFAULT_CHUNK)));
    for (String unit : units()) {
      for (DType dtype : DType.values()) {
        byThreads.line(
            "both " + name(dtype) + ", " + unit,
            line(threads, t -> new Case("both", unit, name(dtype), t, BulkScan.DEFAULT_CHUNK)));
        byChunk.line(
            name(dtype) + ", " + unit,
            line(chunks, c -> new Case("both", unit, name(dtype), config.maxThreads(), c)));
      }
    }
    if (!numpy.isEmpty()) {
      byThreads.line(
          "both f4, NumPy", line(threads, t -> numpyCase("both", "f4", t, BulkScan.DEFAULT_CHUNK)));
    }
    byThreads.naive("naive, one thread", median(naiveCase()));
    byChunk.naive("naive, one thread", median(naiveCase()));
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
