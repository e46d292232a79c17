package tickwatch.series.bulk;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardWatchEventKinds;
import java.nio.file.WatchService;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import tickwatch.series.DType;
import tickwatch.series.Params;
import tickwatch.series.Progress;
import tickwatch.series.generate.Distribution;
import tickwatch.series.generate.Recipe;
import tickwatch.series.npy.FileFormat;
import tickwatch.series.npy.SeriesFile;
import tickwatch.series.random.Noise;

/**
 * Works on a file of 160 MB in a JVM whose heap and direct memory are 24 MB each, and whose
 * resident memory, mapped windows included, is looked at when it is done.
 */
class MemoryBoundTest {
  private static final long VALUES = 20_000_000;

  @TempDir Path directory;

  /** What the small JVM runs: {@code generate FILE} or {@code scan FILE TYPE}. */
  public static void main(String[] args) {
    Path file = Path.of(args[1]);
    if (args[0].equals("generate")) {
      BulkGenerate.Config config =
          new BulkGenerate.Config(
              Recipe.of(Noise.Kind.ZIGGURAT, Distribution.standard()),
              1,
              DType.F8,
              FileFormat.NPY,
              args.length > 2 ? 10 * VALUES : VALUES,
              2,
              BulkGenerate.DEFAULT_CHUNK,
              false);
      say(new BulkGenerate(config, Progress.NONE).toFile(file).values());
      return;
    }
    Params params = new Params("params", args[2].equals("stl") ? Map.of("period", 200) : Map.of());
    Detection detection = Detection.of(args[2], params, args.length > 3);
    try (SeriesFile open = SeriesFile.open(file, FileFormat.NPY)) {
      BulkScan.Config config =
          new BulkScan.Config(
              detection, BulkScan.DEFAULT_CHUNK, 2, file.resolveSibling("found.csv"), false);
      say(new BulkScan(Source.of(open), config, Progress.NONE).run().flagged());
    }
  }

  /** The number, and the most kilobytes this process ever had in memory; 0 where nobody tells. */
  private static void say(long number) {
    Path status = Path.of("/proc/self/status");
    long kilobytes = 0;
    try {
      for (String line : Files.exists(status) ? Files.readAllLines(status) : List.<String>of()) {
        if (line.startsWith("VmHWM:")) {
          kilobytes = Long.parseLong(line.replaceAll("\\D", ""));
        }
      }
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
    System.out.print(number + " " + kilobytes);
  }

  private static String small(String... args) throws Exception {
    Process process = start(args);
    String said = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
    assertThat(process.waitFor()).as(said).isZero();
    String[] words = said.split(" ", -1);
    assertThat(Long.parseLong(words[1])).as("kB of resident memory").isLessThan(150_000);
    return words[0];
  }

  private static Process start(String... args) throws IOException {
    String[] command = {
      Path.of(System.getProperty("java.home"), "bin", "java").toString(),
      "-Xmx24m",
      "-XX:MaxDirectMemorySize=24m",
      "-XX:+UseSerialGC",
      "-cp",
      System.getProperty("java.class.path"),
      MemoryBoundTest.class.getName()
    };
    List<String> all = new ArrayList<>(List.of(command));
    all.addAll(List.of(args));
    return new ProcessBuilder(all).redirectErrorStream(true).start();
  }

  @ParameterizedTest
  @ValueSource(strings = {"zscore", "zscore global", "ewma", "stl"})
  void aFileLargerThanMemoryIsScanned(String type) throws Exception {
    Path file = directory.resolve("x.npy");
    assertThat(small("generate", file.toString())).isEqualTo(String.valueOf(VALUES));
    String[] words = type.split(" ", -1);
    String flagged =
        words.length == 1
            ? small("scan", file.toString(), words[0])
            : small("scan", file.toString(), words[0], words[1]);

    // 0.27 % of a normal lie beyond three deviations; the live mean and variance are looser.
    assertThat(Double.parseDouble(flagged) / VALUES).isBetween(0.002, 0.015);
  }

  @Test
  void aRunThatIsToldToEndLeavesNothing() throws Exception {
    try (WatchService watch = directory.getFileSystem().newWatchService()) {
      directory.register(watch, StandardWatchEventKinds.ENTRY_CREATE);
      Process process =
          start("generate", directory.resolve("x.npy").toString(), "ten times as long");
      assertThat(watch.poll(1, TimeUnit.MINUTES)).as("a file begun").isNotNull();
      process.destroy();
      process.waitFor();
    }

    assertThat(directory).isEmptyDirectory();
  }

  @Test
  void theFileIsLargerThanTheMemory() {
    assertThat(VALUES * DType.F8.bytes()).isGreaterThan(3L * 48 * 1024 * 1024);
  }
}
