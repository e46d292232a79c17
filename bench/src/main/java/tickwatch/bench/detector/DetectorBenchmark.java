package tickwatch.bench.detector;

import com.amazon.randomcutforest.RandomCutForest;
import java.lang.management.ManagementFactory;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.Random;
import tickwatch.bench.rdb.CpuTime;
import tickwatch.detector.Judge;
import tickwatch.detector.JudgeCounts;
import tickwatch.detector.Learning;
import tickwatch.detector.Pipeline;
import tickwatch.detector.Source;
import tickwatch.detector.Verdicts;
import tickwatch.detector.analysis.Anomaly;
import tickwatch.detector.event.EventRules;
import tickwatch.detector.health.HealthRules;
import tickwatch.detector.model.Model;
import tickwatch.ipc.value.FloatVector;
import tickwatch.ipc.value.LongVector;
import tickwatch.ipc.value.QType;
import tickwatch.ipc.value.SymbolVector;
import tickwatch.ipc.value.Table;
import tickwatch.ipc.value.Vector;
import tickwatch.tick.TableSchema;

/**
 * How many rows a second of one core go from a published table to a verdict: scaled, judged by all
 * detectors of the pipeline, compared with the level of alarms, put through the event rules.
 * Decoding and publishing are not in it.
 *
 * <p>Rows are of channels that follow three hidden ones, with noise, seeded. Each sensor has learnt
 * from its first 200 rows. A figure is the median of five passes in CPU time of the judging thread;
 * passes of the peer, AWS's random cut forest (50 trees, 256 rows each, only scoring), come between
 * them. {@code scripts/bench.sh detector}
 */
public final class DetectorBenchmark {
  private static final int LEARNT = 200;
  private static final int ROWS_A_PASS = 20_000;
  private static final int PASSES = 5;
  private static final int ROWS_A_MESSAGE = 1000;
  private static final long MINUTE = 60_000_000_000L;

  private DetectorBenchmark() {}

  /** The rows of some sensors in turn, as messages. */
  private static final class Stream {
    private final int channels;
    private final int sensors;
    private final TableSchema schema;
    private final Random random = new Random(7);
    private final double[][] hidden;
    private long row;

    Stream(int channels, int sensors) {
      this.channels = channels;
      this.sensors = sensors;
      this.hidden = new double[sensors][3];
      List<String> names = new ArrayList<>(List.of("time", "sym"));
      List<QType> types = new ArrayList<>(List.of(QType.TIMESTAMP, QType.SYMBOL));
      for (int c = 0; c < channels; c++) {
        names.add("c" + c);
        types.add(QType.FLOAT);
      }
      this.schema = new TableSchema("bench", names, types, 0);
    }

    Table next(int rows) {
      long[] times = new long[rows];
      String[] syms = new String[rows];
      double[][] values = new double[channels][rows];
      for (int i = 0; i < rows; i++, row++) {
        int sensor = (int) (row % sensors);
        double[] state = hidden[sensor];
        for (int k = 0; k < state.length; k++) {
          state[k] = 0.95 * state[k] + 0.3 * random.nextGaussian();
        }
        times[i] = row / sensors * MINUTE;
        syms[i] = "s" + sensor;
        for (int c = 0; c < channels; c++) {
          values[c][i] = state[c % 3] * (1 + c / 10.0) + 0.2 * random.nextGaussian();
        }
      }
      List<Vector> columns = new ArrayList<>();
      columns.add(LongVector.of(QType.TIMESTAMP, times));
      columns.add(SymbolVector.of(syms));
      for (double[] column : values) {
        columns.add(FloatVector.of(QType.FLOAT, column));
      }
      return new Table(schema.columns(), columns);
    }

    List<Table> messages(int rows) {
      List<Table> messages = new ArrayList<>();
      for (int at = 0; at < rows; at += ROWS_A_MESSAGE) {
        messages.add(next(Math.min(ROWS_A_MESSAGE, rows - at)));
      }
      return messages;
    }
  }

  private static final class Nobody implements Verdicts {
    private double sum;

    @Override
    public void scored(ScoredRow row) {
      sum += row.verdict().score();
    }

    @Override
    public void anomaly(Source source, long row, Anomaly anomaly) {}
  }

  /** A judge whose sensors have all learnt. */
  private static final class Judged {
    private final Stream stream;
    private final Judge judge;
    private final Source source;
    private final Nobody nobody = new Nobody();
    private final double bytesPerSensor;

    Judged(List<String> detectors, int channels, int sensors) {
      stream = new Stream(channels, sensors);
      Pipeline pipeline = detectors.isEmpty() ? Pipeline.standard(1) : Pipeline.of(detectors, 1);
      List<String> names = stream.schema.columns().subList(2, channels + 2);
      judge =
          new Judge(
              Model.learning("bench", names, "bench"),
              null,
              null,
              new Learning(pipeline, LEARNT),
              EventRules.defaults(),
              HealthRules.defaults(),
              nobody,
              new JudgeCounts());
      source = judge.source(stream.schema);
      long before = used();
      for (int at = 0; at < sensors * LEARNT; at += ROWS_A_MESSAGE) {
        take(List.of(stream.next(Math.min(ROWS_A_MESSAGE, sensors * LEARNT - at))));
      }
      bytesPerSensor = (used() - before) / (double) sensors;
    }

    void take(List<Table> messages) {
      for (Table message : messages) {
        judge.take(source, message);
        judge.complete();
      }
    }

    /** Rows in a second of CPU time. */
    double pass() {
      List<Table> messages = stream.messages(ROWS_A_PASS);
      long start = CpuTime.nanos();
      take(messages);
      return ROWS_A_PASS / ((CpuTime.nanos() - start) / 1e9);
    }
  }

  private static long used() {
    for (int i = 0; i < 3; i++) {
      System.gc();
    }
    return ManagementFactory.getMemoryMXBean().getHeapMemoryUsage().getUsed();
  }

  private static double peerPass(RandomCutForest forest, int channels, Random random) {
    int rows = ROWS_A_PASS / 20;
    float[] point = new float[channels];
    double sum = 0;
    long start = CpuTime.nanos();
    for (int t = 0; t < rows; t++) {
      for (int c = 0; c < channels; c++) {
        point[c] = (float) random.nextGaussian();
      }
      sum += forest.getAnomalyScore(point);
    }
    double seconds = (CpuTime.nanos() - start) / 1e9;
    if (Double.isNaN(sum)) {
      throw new IllegalStateException("no score");
    }
    return rows / seconds;
  }

  private static RandomCutForest peer(int channels, Random random) {
    RandomCutForest forest =
        RandomCutForest.builder()
            .dimensions(channels)
            .numberOfTrees(50)
            .sampleSize(256)
            .randomSeed(7)
            .parallelExecutionEnabled(false)
            .build();
    float[] point = new float[channels];
    for (int t = 0; t < 1000; t++) {
      for (int c = 0; c < channels; c++) {
        point[c] = (float) random.nextGaussian();
      }
      forest.update(point);
    }
    return forest;
  }

  private static double median(double[] values) {
    double[] sorted = values.clone();
    Arrays.sort(sorted);
    return sorted[sorted.length / 2];
  }

  private static void line(String what, List<String> detectors, int channels, int sensors) {
    Judged judged = new Judged(detectors, channels, sensors);
    Random random = new Random(7);
    RandomCutForest peer = peer(channels, random);
    judged.pass();
    judged.pass();
    peerPass(peer, channels, random);
    double[] ours = new double[PASSES];
    double[] theirs = new double[PASSES];
    for (int i = 0; i < PASSES; i++) {
      ours[i] = judged.pass();
      theirs[i] = peerPass(peer, channels, random);
    }
    if (!(judged.nobody.sum > 0)) {
      throw new IllegalStateException("no row was judged");
    }
    System.out.printf(
        Locale.ROOT,
        "| %s | %d | %,d | %,.0f | %,.0f | %.1f | %s |%n",
        what,
        channels,
        sensors,
        median(ours),
        median(theirs),
        median(ours) / median(theirs),
        // What the heap has beside drowns a single sensor.
        sensors == 1 ? "" : String.format(Locale.ROOT, "%,.0f", judged.bytesPerSensor / 1024));
  }

  /** The messages again, {@code rows} rows of 100 sensors later. */
  private static List<Table> later(List<Table> messages, long rows) {
    List<Table> again = new ArrayList<>();
    for (Table message : messages) {
      List<Vector> columns = new ArrayList<>(message.columns());
      LongVector times = (LongVector) columns.get(0);
      long[] later = new long[times.length()];
      for (int i = 0; i < later.length; i++) {
        later[i] = times.get(i) + rows / 100 * MINUTE;
      }
      columns.set(0, LongVector.of(QType.TIMESTAMP, later));
      again.add(new Table(message.names(), columns));
    }
    return again;
  }

  /**
   * Whether what is held grows: 10^7 rows of 100 sensors, the same values over and over, times
   * going on.
   */
  private static void memory() {
    System.out.println(
        "| rows of 100 sensors, 8 channels | heap in use, MB | of it a sensor, kB | rows/s a core so far |");
    System.out.println("| --- | --- | --- | --- |");
    long empty = used();
    Judged judged = new Judged(List.of(), 8, 100);
    List<Table> messages = judged.stream.messages(ROWS_A_PASS);
    long step = judged.stream.row;
    long cpu = 0;
    for (int pass = 1; pass <= 500; pass++) {
      List<Table> again = later(messages, step + (long) pass * ROWS_A_PASS);
      long start = CpuTime.nanos();
      judged.take(again);
      cpu += CpuTime.nanos() - start;
      if (pass == 5 || pass % 50 == 0) {
        long held = used() - empty;
        System.out.printf(
            Locale.ROOT,
            "| %,d | %.1f | %.1f | %,.0f |%n",
            pass * ROWS_A_PASS,
            held / 1048576.0,
            held / 1024.0 / 100,
            pass * (double) ROWS_A_PASS / (cpu / 1e9));
      }
    }
    if (!(judged.nobody.sum > 0)) {
      throw new IllegalStateException("no row was judged");
    }
  }

  /**
   * Prints the table; with {@code memory}, what is held over 10^7 rows; with {@code network}, what
   * a row costs with a network.
   */
  public static void main(String[] args) {
    if (args.length > 0 && args[0].equals("memory")) {
      memory();
      return;
    }
    if (args.length > 0 && args[0].equals("network")) {
      NetworkRowsBenchmark.run(Path.of("."));
      return;
    }
    System.out.println(
        "| detectors | channels | sensors | rows/s a core | AWS random cut forest | ratio | kB a sensor |");
    System.out.println("| --- | --- | --- | --- | --- | --- | --- |");
    for (int channels : new int[] {8, 19, 38}) {
      for (int sensors : new int[] {1, 100, 1000}) {
        line("var+var10+pca+others+windows", List.of(), channels, sensors);
      }
    }
    for (String one :
        List.of(
            "var",
            "var10",
            "pca",
            "others",
            "windows",
            "ewma",
            "stl",
            "wavelet",
            "features",
            "forest")) {
      line(one, List.of(one), 19, 1);
    }
  }
}
