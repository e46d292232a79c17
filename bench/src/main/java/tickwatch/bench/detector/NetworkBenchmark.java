package tickwatch.bench.detector;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStream;
import java.io.Writer;
import java.lang.management.ManagementFactory;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.Comparator;
import java.util.List;
import java.util.Locale;
import java.util.Random;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import tickwatch.bench.rdb.CpuTime;
import tickwatch.detector.model.Architecture;
import tickwatch.detector.model.ModelDirectory;
import tickwatch.detector.model.TorchForecaster;
import tickwatch.detector.training.Epochs;
import tickwatch.detector.training.NetworkTraining;
import tickwatch.detector.training.TrainedModel;
import tickwatch.detector.training.TrainingSeries;
import tickwatch.detector.training.TrainingSettings;

/**
 * How many windows a second of one core go through a CNN forecaster, alone and in batches, and what
 * training it costs, beside the same in Python.
 *
 * <p>Windows are 64 rows × 8 channels, the network is {@code cnn} of 32 and two layers. A figure is
 * the median of seven passes, in CPU time of the calling thread; passes of the peer, the same file
 * in PyTorch under {@code /usr/bin/python3} on one thread, come between them. Training is three
 * epochs of 20,000 rows, three times each in turns, CPU time of the process. Without PyTorch there
 * the peer is left out, and that is said. {@code scripts/bench.sh network}
 */
public final class NetworkBenchmark {
  private static final int WINDOW = 64;
  private static final int CHANNELS = 8;
  private static final int HIDDEN = 32;
  private static final int ROWS = 20_000;
  private static final int EPOCHS = 3;
  private static final int PASSES = 7;
  private static final int TRAININGS = 3;
  private static final int WINDOWS_A_PASS = 16_384;
  private static final Path CACHE =
      Path.of(System.getProperty("user.home", "."), ".cache", "tickwatch", "djl");

  private NetworkBenchmark() {}

  /** Python with PyTorch, which answers a line for a line. */
  private record Peer(Process process, BufferedReader in, Writer out, String version) {
    static @Nullable Peer start() throws IOException {
      String script;
      try (InputStream source = NetworkBenchmark.class.getResourceAsStream("network.py")) {
        if (source == null) {
          throw new IOException("network.py is not among the resources");
        }
        script = new String(source.readAllBytes(), StandardCharsets.UTF_8);
      }
      if (!Files.isExecutable(Path.of("/usr/bin/python3"))) {
        return null;
      }
      Process process =
          new ProcessBuilder("/usr/bin/python3", "-c", script)
              .redirectError(ProcessBuilder.Redirect.DISCARD)
              .start();
      BufferedReader in = process.inputReader(StandardCharsets.UTF_8);
      String version = in.readLine();
      return version == null
          ? null
          : new Peer(process, in, process.outputWriter(StandardCharsets.UTF_8), version);
    }

    double ask(Object... words) throws IOException {
      for (Object word : words) {
        out.write(word + " ");
      }
      out.write("\n");
      out.flush();
      String answer = in.readLine();
      if (answer == null) {
        throw new IOException("Python has ended at: " + Arrays.toString(words));
      }
      return Double.parseDouble(answer);
    }
  }

  /** Channels that follow three hidden ones, with noise. */
  private static double[][] values() {
    Random random = new Random(7);
    double[] state = new double[3];
    double[][] values = new double[CHANNELS][ROWS];
    for (int t = 0; t < ROWS; t++) {
      for (int k = 0; k < state.length; k++) {
        state[k] = 0.95 * state[k] + 0.3 * random.nextGaussian();
      }
      for (int c = 0; c < CHANNELS; c++) {
        values[c][t] = state[c % 3] + 0.2 * random.nextGaussian();
      }
    }
    return values;
  }

  private static TrainedModel train(double[][] values) {
    long[] times = new long[ROWS];
    Arrays.setAll(times, t -> t * 60_000_000_000L);
    List<String> names = Stream.iterate(0, c -> c + 1).limit(CHANNELS).map(c -> "c" + c).toList();
    TrainingSettings settings =
        new TrainingSettings(
            Architecture.CNN, WINDOW, 1, HIDDEN, 2, EPOCHS, EPOCHS, 256, 1e-3, 1, 1);
    return new NetworkTraining(
            settings, List.of(new TrainingSeries("bench", names, times, values, "bench", "")))
        .run("bench", "2026-01-01T00:00:00Z", CACHE, Epochs.Watch.NOBODY);
  }

  private static double processSeconds() {
    return ManagementFactory.getOperatingSystemMXBean()
            instanceof com.sun.management.OperatingSystemMXBean system
        ? system.getProcessCpuTime() / 1e9
        : Double.NaN;
  }

  /** CPU microseconds a window. */
  private static double pass(TorchForecaster network, int batch, float[] out) {
    int calls = WINDOWS_A_PASS / batch / (batch == 1 ? 8 : 1);
    long start = CpuTime.nanos();
    for (int call = 0; call < calls; call++) {
      network.forecast(batch, out);
    }
    return (CpuTime.nanos() - start) / 1e3 / ((double) calls * batch);
  }

  private static double median(double[] values) {
    double[] sorted = values.clone();
    Arrays.sort(sorted);
    return sorted[sorted.length / 2];
  }

  private static void line(String what, double ours, double theirs, boolean isRate) {
    String format = isRate ? "%,.0f" : "%.1f";
    System.out.printf(
        Locale.ROOT,
        "| %s | " + format + " | %s | %s |%n",
        what,
        ours,
        Double.isNaN(theirs) ? "-" : String.format(Locale.ROOT, format, theirs),
        Double.isNaN(theirs)
            ? "-"
            : String.format(Locale.ROOT, "%.2f", isRate ? ours / theirs : theirs / ours));
  }

  /**
   * Prints the table.
   *
   * @param args the folder of this repository
   */
  public static void main(String[] args) throws IOException {
    String scripts = Path.of(args[0], "scripts").toAbsolutePath().toString();
    double[][] values = values();
    Path folder = Files.createTempDirectory("network-bench");
    TrainedModel trained = train(values);
    trained.write(folder.resolve("model"), false);
    Path json = folder.resolve("model/model.json");
    Files.writeString(json, Files.readString(json).replace("[1,8,32,128]", "[1,64]"));
    Peer peer = Peer.start();
    System.out.println(
        peer == null
            ? "Without the peer: /usr/bin/python3 has no PyTorch (apt-get install python3-torch)."
            : "Peer: PyTorch " + peer.version() + " in Python.");
    System.out.println();
    System.out.println(
        "| CNN, 64 rows × 8 channels | tickwatch | Python | tickwatch is better by |");
    System.out.println("| --- | --- | --- | --- |");
    Path network = folder.resolve("model/model.pt");
    try (TorchForecaster forecaster =
        TorchForecaster.load(ModelDirectory.read(folder.resolve("model")), CACHE)) {
      float[] windows = new float[WINDOW * CHANNELS];
      Random random = new Random(1);
      for (int slot = 0; slot < 64; slot++) {
        for (int i = 0; i < windows.length; i++) {
          windows[i] = (float) random.nextGaussian();
        }
        forecaster.put(slot, windows, 0);
      }
      float[] out = new float[64 * CHANNELS];
      for (int batch : new int[] {64, 1}) {
        pass(forecaster, batch, out);
        double[] ours = new double[PASSES];
        double[] theirs = new double[PASSES];
        for (int i = 0; i < PASSES; i++) {
          ours[i] = pass(forecaster, batch, out);
          theirs[i] =
              peer == null
                  ? Double.NaN
                  : peer.ask(
                      "forward",
                      network,
                      WINDOW,
                      CHANNELS,
                      batch,
                      WINDOWS_A_PASS / batch / (batch == 1 ? 8 : 1));
        }
        line(
            batch == 1 ? "windows/s a core, one at a time" : "windows/s a core, batches of 64",
            1e6 / median(ours),
            1e6 / median(theirs),
            true);
      }
    }
    double[] ours = new double[TRAININGS];
    double[] theirs = new double[TRAININGS];
    Path data = folder.resolve("rows.f4");
    Files.write(data, rows(values));
    for (int i = 0; i < TRAININGS; i++) {
      double start = processSeconds();
      train(values);
      ours[i] = processSeconds() - start;
      theirs[i] =
          peer == null
              ? Double.NaN
              : peer.ask("train", scripts, data, ROWS, WINDOW, CHANNELS, HIDDEN, EPOCHS);
    }
    line("training, 20,000 rows, 3 epochs, CPU s", median(ours), median(theirs), false);
    if (peer != null) {
      peer.out().close();
      peer.process().destroy();
    }
    try (Stream<Path> files = Files.walk(folder)) {
      for (Path file : files.sorted(Comparator.reverseOrder()).toList()) {
        Files.delete(file);
      }
    }
  }

  private static byte[] rows(double[][] values) {
    ByteBuffer bytes =
        ByteBuffer.allocate(ROWS * CHANNELS * Float.BYTES).order(ByteOrder.LITTLE_ENDIAN);
    for (int t = 0; t < ROWS; t++) {
      for (int c = 0; c < CHANNELS; c++) {
        bytes.putFloat((float) values[c][t]);
      }
    }
    return bytes.array();
  }
}
