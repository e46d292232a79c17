package tickwatch.bench.pipeline;

import com.amazon.randomcutforest.RandomCutForest;
import com.kx.c;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.Arrays;
import java.util.Locale;
import java.util.Random;
import java.util.concurrent.locks.LockSupport;
import org.HdrHistogram.Histogram;
import org.jspecify.annotations.Nullable;
import tickwatch.bench.rdb.CpuTime;
import tickwatch.ipc.value.Epoch;

/**
 * What does a detector without a network cost that follows many sensors, all told, and how late
 * does it tell?
 *
 * <p>A real tickerplant and a real detector over loopback, with the default ensemble, 19 channels.
 * Each sensor learns from its first 200 rows. Then rows come as fast as they are taken, 1,000 a
 * message: the CPU that the detector's process takes for a row, decoding, judging and publishing
 * scores included, all its threads and its garbage collector too. Last, 1,000 sensors send a row
 * each 100 ms, one row a message; one row in 5,000 is far off in all channels, and latency counts
 * from the intended send time of that row to the anomaly's opening row at a subscriber of the
 * tickerplant.
 *
 * <p>Rows are of channels that follow three hidden ones, with noise, seeded. AWS's random cut
 * forest (50 trees, 256 rows, only scoring, in this process) judges rows of the same width between.
 * {@code scripts/bench.sh sensors}
 */
public final class SensorsBenchmark {
  private static final int CHANNELS = 19;
  private static final int LEARNT = 200;
  private static final int BULK_ROWS = 1000;
  private static final int PASSES = 5;
  private static final int ROWS_A_PASS = 200_000;
  private static final long STEP_NANOS = 100_000_000L;
  private static final int RATE = 10_000;
  private static final int SECONDS = 30;
  private static final int EVERY = 5_000;
  private static final int FRAMES = 50_000;

  private final Path project;
  private final Random random = new Random(7);
  private final double[][] hidden;
  private final int sensors;

  private SensorsBenchmark(Path project, int sensors) {
    this.project = project;
    this.sensors = sensors;
    this.hidden = new double[sensors][3];
  }

  /** Prints the tables. */
  public static void main(String[] args) throws Exception {
    Path project = Path.of(args.length > 0 ? args[0] : ".").toAbsolutePath().normalize();
    System.out.printf(
        "%s, %d cores, %s %s%n%n",
        Instant.now().toString().substring(0, 10),
        Runtime.getRuntime().availableProcessors(),
        System.getProperty("java.vm.name"),
        System.getProperty("java.version"));
    System.out.println(
        "| sensors | µs of the detector's CPU a row, all told | rows/s a core | AWS random cut forest, rows/s a core | ratio | MB resident |");
    System.out.println("| --- | --- | --- | --- | --- | --- |");
    Histogram latency = new Histogram(60_000_000_000L, 3);
    String busy = "";
    for (int sensors : new int[] {1, 100, 1000}) {
      busy = new SensorsBenchmark(project, sensors).run(sensors == 1000 ? latency : null);
    }
    System.out.println(
        "\n| 1,000 sensors, 10 rows a second each | p50 ms | p99 ms | p99.9 ms | max ms | samples |");
    System.out.println("| --- | --- | --- | --- | --- | --- |");
    System.out.printf(
        Locale.ROOT,
        "| feed → anomaly at a subscriber of the tickerplant | %.2f | %.2f | %.2f | %.2f | %d |%n%n%s%n",
        latency.getValueAtPercentile(50) / 1e6,
        latency.getValueAtPercentile(99) / 1e6,
        latency.getValueAtPercentile(99.9) / 1e6,
        latency.getMaxValue() / 1e6,
        latency.getTotalCount(),
        busy);
  }

  private double[] row(int sensor) {
    double[] state = hidden[sensor];
    for (int k = 0; k < state.length; k++) {
      state[k] = 0.95 * state[k] + 0.3 * random.nextGaussian();
    }
    double[] values = new double[CHANNELS];
    for (int c = 0; c < CHANNELS; c++) {
      values[c] = state[c % 3] * (1 + c / 10.0) + 0.2 * random.nextGaussian();
    }
    return values;
  }

  /** A message of rows of the sensors in turn, all at one time where there are enough of them. */
  private byte[] bulk(long firstRow, long time) {
    String[] syms = new String[BULK_ROWS];
    double[][] channels = new double[CHANNELS][BULK_ROWS];
    for (int i = 0; i < BULK_ROWS; i++) {
      int sensor = (int) ((firstRow + i) % sensors);
      double[] values = row(sensor);
      syms[i] = "s" + sensor;
      for (int c = 0; c < CHANNELS; c++) {
        channels[c][i] = values[c];
      }
    }
    return Frames.of("sensors", time, syms, channels);
  }

  private String run(@Nullable Histogram latency) throws Exception {
    try (Processes processes = new Processes(project)) {
      Path schema = processes.directory().resolve("sensors.q");
      StringBuilder columns = new StringBuilder();
      for (int c = 0; c < CHANNELS; c++) {
        columns.append(";c").append(c).append(":`float$()");
      }
      Files.writeString(schema, "sensors:([]time:`timestamp$();sym:`symbol$()" + columns + ")\n");
      Processes.Started tickerplant =
          processes.tickwatch(
              "tickerplant",
              "--schema",
              schema.toString(),
              "--log-dir",
              processes.directory().resolve("log").toString());
      Processes.Started detector =
          processes.tickwatch(
              "detector",
              "--tickerplant",
              "localhost:" + tickerplant.port(),
              "--train",
              String.valueOf(LEARNT),
              "--anomalies",
              processes.directory().resolve("anomalies.jsonl").toString(),
              "--state",
              processes.directory().resolve("state").toString());
      c query = new c("localhost", detector.port());
      try (RawPublisher publisher = new RawPublisher(tickerplant.port(), true)) {
        long learnt = Math.max(BULK_ROWS, (long) sensors * LEARNT);
        long warm = learnt + 2L * ROWS_A_PASS;
        long last = now();
        long first = last - (warm + (long) PASSES * ROWS_A_PASS) / sensors * STEP_NANOS;
        long sent = send(publisher, query, 0, warm, first);
        double[] micros = new double[PASSES];
        double[] peer = new double[PASSES];
        RandomCutForest forest = forest();
        for (int i = 0; i < PASSES; i++) {
          Duration before = detector.cpu();
          sent = send(publisher, query, sent, sent + ROWS_A_PASS, first);
          micros[i] = detector.cpu().minus(before).toNanos() / 1e3 / ROWS_A_PASS;
          peer[i] = peer(forest);
        }
        Arrays.sort(micros);
        Arrays.sort(peer);
        double ours = 1e6 / micros[PASSES / 2];
        double theirs = peer[PASSES / 2];
        System.out.printf(
            Locale.ROOT,
            "| %,d | %.1f (%.1f-%.1f) | %,.0f | %,.0f | %.1f | %d |%n",
            sensors,
            micros[PASSES / 2],
            micros[0],
            micros[PASSES - 1],
            ours,
            theirs,
            ours / theirs,
            detector.residentMegabytes());
        if (latency == null) {
          return "";
        }
        Duration before = detector.cpu();
        paced(publisher, tickerplant, latency);
        return String.format(
            Locale.ROOT,
            "Detector: %.2f cores busy at 10,000 one-row messages a second, %d MB resident after the run.",
            detector.cpu().minus(before).toNanos() / 1e9 / SECONDS,
            detector.residentMegabytes());
      } finally {
        query.close();
      }
    }
  }

  /** Sends rows up to a number, in messages of 1,000, and waits until the detector has them all. */
  private long send(RawPublisher publisher, c query, long from, long to, long first)
      throws Exception {
    long row = from;
    for (; row < to; row += BULK_ROWS) {
      byte[] message = bulk(row, first + row / sensors * STEP_NANOS);
      publisher.write(ByteBuffer.wrap(message));
    }
    long patience = System.nanoTime() + 600_000_000_000L;
    while (((Number) query.k("rows")).longValue() < row) {
      if (System.nanoTime() > patience) {
        throw new IOException("the detector has " + query.k("rows") + " rows of " + row);
      }
      LockSupport.parkNanos(2_000_000);
    }
    return row;
  }

  private void paced(RawPublisher publisher, Processes.Started tickerplant, Histogram latency)
      throws Exception {
    byte[][] frames = new byte[FRAMES][];
    byte[][] odd = new byte[sensors][];
    for (int i = 0; i < FRAMES; i++) {
      frames[i] = Frames.oneRow("sensors", "s" + i % sensors, row(i % sensors));
    }
    for (int s = 0; s < sensors; s++) {
      double[] values = row(s);
      Arrays.setAll(values, channel -> values[channel] + 20);
      odd[s] = Frames.oneRow("sensors", "s" + s, values);
    }
    int place = Frames.placeOfTime(frames[0]);
    c subscriber = new c("localhost", tickerplant.port());
    try {
      subscriber.k(".u.sub", "anomaly", "");
      long wallBase = now() - System.nanoTime();
      long base = System.nanoTime() + 200_000_000L;
      Thread reader = new Thread(() -> read(subscriber, latency, base, wallBase), "anomalies");
      reader.setDaemon(true);
      reader.start();
      long step = 1_000_000_000L / RATE;
      for (int i = 0; i < RATE * SECONDS; i++) {
        long due = base + i * step;
        while (System.nanoTime() < due) {
          LockSupport.parkNanos(due - System.nanoTime());
        }
        // Another sensor each time, so that one anomaly is over when the next one comes.
        int round = i / EVERY;
        boolean isOdd = i % EVERY == round * 37 % sensors + 1000;
        byte[] frame = isOdd ? odd[i % sensors] : frames[there(i)];
        ByteBuffer buffer = ByteBuffer.wrap(frame.clone()).order(ByteOrder.LITTLE_ENDIAN);
        // It comes before the sym, so it stands at the same place in all of them.
        buffer.putLong(place, wallBase + due);
        publisher.write(buffer);
      }
      LockSupport.parkNanos(2_000_000_000L);
    } finally {
      subscriber.close();
    }
  }

  /** A sensor's frames are sent forth and back, so that its values never jump. */
  private int there(int i) {
    int each = FRAMES / sensors;
    int turn = i / sensors % (2 * each);
    return (turn < each ? turn : 2 * each - 1 - turn) * sensors + i % sensors;
  }

  private static void read(c subscriber, Histogram latency, long base, long wallBase) {
    try {
      while (true) {
        Object[] upd = (Object[]) subscriber.k();
        long at = System.nanoTime();
        c.Flip rows = (c.Flip) upd[2];
        String[] states = (String[]) rows.at("state");
        Instant[] times = (Instant[]) rows.at("time");
        for (int i = 0; i < states.length; i++) {
          long due = Epoch.timestampOf(times[i]) - wallBase;
          if (states[i].equals("open") && due >= base) {
            latency.recordValue(Math.max(0, at - due));
          }
        }
      }
    } catch (Exception closed) {
      // the end of the run
    }
  }

  private RandomCutForest forest() {
    RandomCutForest forest =
        RandomCutForest.builder()
            .dimensions(CHANNELS)
            .numberOfTrees(50)
            .sampleSize(256)
            .randomSeed(7)
            .parallelExecutionEnabled(false)
            .build();
    for (int t = 0; t < 1000; t++) {
      forest.update(point());
    }
    return forest;
  }

  private float[] point() {
    double[] values = row(0);
    float[] point = new float[CHANNELS];
    for (int c = 0; c < CHANNELS; c++) {
      point[c] = (float) values[c];
    }
    return point;
  }

  private double peer(RandomCutForest forest) {
    int rows = 3_000;
    double sum = 0;
    long start = CpuTime.nanos();
    for (int t = 0; t < rows; t++) {
      sum += forest.getAnomalyScore(point());
    }
    double seconds = (CpuTime.nanos() - start) / 1e9;
    if (!(sum > 0)) {
      throw new IllegalStateException("no score");
    }
    return rows / seconds;
  }

  private static long now() {
    return Epoch.timestampOf(Instant.now());
  }
}
