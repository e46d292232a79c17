package tickwatch.bench.detector;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.Random;
import tickwatch.bench.rdb.CpuTime;
import tickwatch.detector.Judge;
import tickwatch.detector.Source;
import tickwatch.detector.Verdicts;
import tickwatch.detector.analysis.Anomaly;
import tickwatch.detector.event.EventRules;
import tickwatch.detector.model.Model;
import tickwatch.detector.model.ModelDirectory;
import tickwatch.detector.model.TorchForecaster;
import tickwatch.ipc.codec.ValueDecoder;
import tickwatch.ipc.codec.ValueEncoder;
import tickwatch.ipc.value.FloatVector;
import tickwatch.ipc.value.LongVector;
import tickwatch.ipc.value.QType;
import tickwatch.ipc.value.SymbolVector;
import tickwatch.ipc.value.Table;
import tickwatch.ipc.value.Vector;
import tickwatch.tick.TableSchema;

/**
 * What a row costs the judging thread with a network, by how many rows a message has and how many
 * messages a read brings: decoded, its window forecast, judged, put through the event rules.
 * Sockets and publishing are not in it.
 *
 * <p>Rows are of the three sensors and 19 channels of {@code models/servers} (32 × 19), normal
 * noise around each channel's centre, seeded. A figure is the median of five passes in CPU time;
 * passes of the floor, the network's forward calls in the same batches and nothing else, come
 * between them. {@code scripts/bench.sh detector network}
 */
final class NetworkRowsBenchmark {
  private static final int PASSES = 5;
  private static final int ROWS_A_PASS = 3_000;
  private static final long MINUTE = 60_000_000_000L;
  private static final Path CACHE =
      Path.of(System.getProperty("user.home", "."), ".cache", "tickwatch", "djl");

  private final Model model;
  private final TorchForecaster forecaster;
  private final TableSchema schema;
  private final Random random = new Random(7);
  private final ValueDecoder decoder = new ValueDecoder();
  private final Judge judge;
  private final Source source;
  private double sum;
  private long row;

  private NetworkRowsBenchmark(ModelDirectory directory, TorchForecaster forecaster) {
    this.model = directory.model();
    this.forecaster = forecaster;
    List<String> names = new ArrayList<>(List.of("time", "sym"));
    List<QType> types = new ArrayList<>(List.of(QType.TIMESTAMP, QType.SYMBOL));
    for (String channel : model.channels()) {
      names.add(channel);
      types.add(QType.FLOAT);
    }
    this.schema = new TableSchema("server", names, types, 0);
    this.judge =
        new Judge(
            model,
            forecaster,
            EventRules.defaults(),
            new Verdicts() {
              @Override
              public void scored(ScoredRow scored) {
                sum += scored.verdict().score();
              }

              @Override
              public void anomaly(Source from, long at, Anomaly anomaly) {}
            });
    this.source = judge.source(schema);
  }

  /** Messages of rows of the sensors in turn, as bytes. */
  private List<ByteBuf> messages(int rowsAMessage) {
    String[] sensors = model.syms().keySet().stream().sorted().toArray(String[]::new);
    List<ByteBuf> messages = new ArrayList<>();
    for (int at = 0; at < ROWS_A_PASS; at += rowsAMessage) {
      long[] times = new long[rowsAMessage];
      String[] syms = new String[rowsAMessage];
      double[][] values = new double[model.channels().size()][rowsAMessage];
      for (int i = 0; i < rowsAMessage; i++, row++) {
        times[i] = row / sensors.length * MINUTE;
        syms[i] = sensors[(int) (row % sensors.length)];
        for (int c = 0; c < values.length; c++) {
          values[c][i] = model.of(syms[i]).scaler().value(c, 0.3 * random.nextGaussian());
        }
      }
      List<Vector> columns = new ArrayList<>();
      columns.add(LongVector.of(QType.TIMESTAMP, times));
      columns.add(SymbolVector.of(syms));
      for (double[] column : values) {
        columns.add(FloatVector.of(QType.FLOAT, column));
      }
      ByteBuf message = Unpooled.buffer();
      ValueEncoder.encode(new Table(schema.columns(), columns), message);
      messages.add(message);
    }
    return messages;
  }

  /** CPU microseconds a row. */
  private double pass(int rowsAMessage, int messagesARead) {
    List<ByteBuf> messages = messages(rowsAMessage);
    long start = CpuTime.nanos();
    for (int at = 0; at < messages.size(); at++) {
      if (decoder.decode(messages.get(at), true) instanceof Table rows) {
        judge.take(source, rows);
      }
      if ((at + 1) % messagesARead == 0) {
        judge.complete();
      }
    }
    judge.complete();
    return (CpuTime.nanos() - start) / 1e3 / ROWS_A_PASS;
  }

  private double floor(int rowsARead) {
    int batch = Math.min(rowsARead, forecaster.maxBatch());
    float[] out = new float[forecaster.maxBatch() * forecaster.channels()];
    long start = CpuTime.nanos();
    int done = 0;
    while (done < ROWS_A_PASS) {
      int count = Math.min(batch, ROWS_A_PASS - done);
      forecaster.forecast(count, out);
      done += count;
    }
    return (CpuTime.nanos() - start) / 1e3 / ROWS_A_PASS;
  }

  private static double median(double[] values) {
    double[] sorted = values.clone();
    Arrays.sort(sorted);
    return sorted[sorted.length / 2];
  }

  /**
   * Prints the table.
   *
   * @param project the folder of this repository
   */
  static void run(Path project) {
    ModelDirectory directory = ModelDirectory.read(project.resolve("models/servers"));
    System.out.println(
        "| rows a message | messages a read | µs a row (least-most) | rows/s a core | forward calls"
            + " alone, µs a row | of the floor |");
    System.out.println("| --- | --- | --- | --- | --- | --- |");
    try (TorchForecaster forecaster = TorchForecaster.load(directory, CACHE)) {
      for (int[] shape : new int[][] {{1, 1}, {1, 8}, {1, 128}, {100, 1}}) {
        NetworkRowsBenchmark benchmark = new NetworkRowsBenchmark(directory, forecaster);
        benchmark.pass(shape[0], shape[1]);
        double[] ours = new double[PASSES];
        double[] floor = new double[PASSES];
        for (int i = 0; i < PASSES; i++) {
          ours[i] = benchmark.pass(shape[0], shape[1]);
          floor[i] = benchmark.floor(shape[0] * shape[1]);
        }
        if (Double.isNaN(benchmark.sum)) {
          throw new IllegalStateException("no score");
        }
        System.out.printf(
            Locale.ROOT,
            "| %d | %d | %.1f (%.1f-%.1f) | %,.0f | %.1f | %.2f |%n",
            shape[0],
            shape[1],
            median(ours),
            Arrays.stream(ours).min().orElseThrow(),
            Arrays.stream(ours).max().orElseThrow(),
            1e6 / median(ours),
            median(floor),
            median(ours) / median(floor));
      }
    }
  }
}
