package tickwatch.bench.pipeline;

import com.kx.c;
import java.io.IOException;
import java.io.InputStream;
import java.net.Socket;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Random;
import java.util.concurrent.locks.LockSupport;
import org.HdrHistogram.Histogram;
import tickwatch.ipc.value.Epoch;

/**
 * How fast do rows get from a feed into the rdb, how late does an anomaly come, how long does a
 * start take?
 *
 * <p>Real processes over loopback, started through {@code scripts/tickwatch}; run by {@code
 * scripts/bench.sh}. Prints Markdown. Rows are {@code time, sym} (100 syms) and 8 floats, 82 bytes
 * on the wire. The publisher writes ready-made messages in pieces of 64 kB. Latency counts from the
 * intended send time.
 *
 * <p>The floor in the same run is {@link ForwardFloor}: log and pass on, nothing else, nothing
 * stored.
 */
public final class PipelineBenchmark {
  private static final String SCHEMA =
      "readings:([]time:`timestamp$();sym:`symbol$();ch0:`float$();ch1:`float$();ch2:`float$();ch3:`float$();ch4:`float$();ch5:`float$();ch6:`float$();ch7:`float$())\n";
  private static final int PIECE = 1 << 16;

  private final Path project;
  private final Random random = new Random(42);

  private PipelineBenchmark(Path project) {
    this.project = project;
  }

  public static void main(String[] args) throws Exception {
    PipelineBenchmark benchmark =
        new PipelineBenchmark(
            Path.of(args.length > 0 ? args[0] : ".").toAbsolutePath().normalize());
    List<String> parts =
        args.length > 1
            ? List.of(args).subList(1, args.length)
            : List.of("startup", "throughput", "latency", "anomaly");
    System.out.printf(
        "%s, %d cores, %s %s%n%n",
        Instant.now().toString().substring(0, 10),
        Runtime.getRuntime().availableProcessors(),
        System.getProperty("java.vm.name"),
        System.getProperty("java.version"));
    for (String part : parts) {
      switch (part) {
        case "startup" -> benchmark.startup();
        case "throughput" -> benchmark.throughput();
        case "latency" -> benchmark.latency();
        case "anomaly" -> benchmark.anomaly();
        default ->
            throw new IllegalArgumentException(
                part + " (expected: startup, throughput, latency, anomaly)");
      }
    }
  }

  private void startup() throws Exception {
    int runs = 7;
    String[] names = {
      "tickerplant, to ready",
      "rdb, to ready",
      "detector (PyTorch, models/servers), to ready",
      "the three, one after the other, to ready",
      "feed, one row sent and confirmed, to its end",
      "query, to its end"
    };
    double[][] seconds = new double[names.length][runs];
    long[] resident = new long[3];
    for (int run = 0; run < runs; run++) {
      try (Processes processes = new Processes(project)) {
        long startedAtNanos = System.nanoTime();
        Processes.Started tickerplant = tickerplant(processes, project.resolve("schemas/server.q"));
        String address = "localhost:" + tickerplant.port();
        Processes.Started rdb = processes.tickwatch("rdb", "--tickerplant", address);
        Processes.Started detector =
            processes.tickwatch(
                "detector",
                "--tickerplant",
                address,
                "--model",
                project.resolve("models/servers").toString(),
                "--table",
                "server",
                "--anomalies",
                processes.directory().resolve("anomalies.jsonl").toString(),
                "--state",
                processes.directory().resolve("state").toString());
        seconds[3][run] = (System.nanoTime() - startedAtNanos) / 1e9;
        seconds[0][run] = tickerplant.untilReady().toNanos() / 1e9;
        seconds[1][run] = rdb.untilReady().toNanos() / 1e9;
        seconds[2][run] = detector.untilReady().toNanos() / 1e9;
        resident[0] = tickerplant.residentMegabytes();
        resident[1] = rdb.residentMegabytes();
        resident[2] = detector.residentMegabytes();
        seconds[4][run] =
            processes
                    .untilEnd(
                        "feed",
                        "--tickerplant",
                        address,
                        "--csv",
                        project.resolve("data/servers/omi-1.csv.gz").toString(),
                        "--table",
                        "server",
                        "--limit",
                        "1")
                    .toNanos()
                / 1e9;
        seconds[5][run] =
            processes.untilEnd("query", "localhost:" + rdb.port(), "count server").toNanos() / 1e9;
      }
    }
    System.out.println(
        "### Start-up from the spawning of scripts/tickwatch (median of "
            + runs
            + ", min-max), and resident memory when ready\n");
    System.out.println("| process | seconds | MB |\n| --- | --- | --- |");
    for (int i = 0; i < names.length; i++) {
      System.out.printf(
          "| %s | %s | %s |%n",
          names[i], spread(seconds[i]), i < resident.length ? String.valueOf(resident[i]) : "");
    }
    System.out.println();
  }

  private Processes.Started tickerplant(Processes processes, Path schema)
      throws IOException, InterruptedException {
    return processes.tickwatch(
        "tickerplant",
        "--schema",
        schema.toString(),
        "--log-dir",
        processes.directory().resolve("log").toString());
  }

  private void throughput() throws Exception {
    System.out.println(
        "### Rows a second, load generator → tickerplant with log → visible in the rdb (median of 5, min-max)\n");
    System.out.println(
        "| rows a message | rows/s | tickerplant CPU µs/message | rdb CPU µs/message | floor: log and forward, rows/s | share of the floor |");
    System.out.println("| --- | --- | --- | --- | --- | --- |");
    for (int rows : new int[] {1, 100, 1000}) {
      int messages = rows == 1 ? 500_000 : 1_500_000 / rows;
      byte[] frame = frame(rows);
      double[] rates = new double[5];
      double[] floors = new double[5];
      double tickerplantCpu;
      double rdbCpu;
      try (Processes processes = new Processes(project)) {
        Path schema = Files.writeString(processes.directory().resolve("readings.q"), SCHEMA);
        Processes.Started tickerplant = tickerplant(processes, schema);
        Processes.Started rdb =
            processes.tickwatch("rdb", "--tickerplant", "localhost:" + tickerplant.port());
        c query = new c("localhost", rdb.port());
        try (RawPublisher publisher = new RawPublisher(tickerplant.port(), true)) {
          pump(publisher, query, frame, rows, messages / 2, 0); // warm-up
          long seen = (long) (messages / 2) * rows;
          Duration tickerplantBefore = tickerplant.cpu();
          Duration rdbBefore = rdb.cpu();
          for (int run = 0; run < rates.length; run++) {
            rates[run] =
                (double) messages * rows / pump(publisher, query, frame, rows, messages, seen);
            seen += (long) messages * rows;
          }
          tickerplantCpu =
              tickerplant.cpu().minus(tickerplantBefore).toNanos() / 1e3 / rates.length / messages;
          rdbCpu = rdb.cpu().minus(rdbBefore).toNanos() / 1e3 / rates.length / messages;
        } finally {
          query.close();
        }
      }
      try (Processes processes = new Processes(project)) {
        Processes.Started floor = processes.floor(processes.directory().resolve("floor.log"));
        try (Socket reader = Processes.connect(floor.port())) {
          try (RawPublisher publisher = new RawPublisher(floor.port(), false)) {
            drain(publisher, reader, frame, messages / 2);
            for (int run = 0; run < floors.length; run++) {
              floors[run] = (double) messages * rows / drain(publisher, reader, frame, messages);
            }
          }
        }
      }
      System.out.printf(
          "| %d | %s | %.2f | %.2f | %s | %.2f |%n",
          rows,
          spread(rates),
          tickerplantCpu,
          rdbCpu,
          spread(floors),
          median(rates) / median(floors));
    }
    System.out.println();
  }

  private byte[] frame(int rows) {
    String[] syms = new String[rows];
    double[][] channels = new double[8][rows];
    for (int row = 0; row < rows; row++) {
      syms[row] = "sym" + random.nextInt(100);
      for (double[] channel : channels) {
        channel[row] = random.nextGaussian();
      }
    }
    return Frames.of("readings", now(), syms, channels);
  }

  /** Seconds from the first byte until the rdb counts every row. */
  private static double pump(
      RawPublisher publisher, c query, byte[] frame, int rows, int messages, long before)
      throws Exception {
    long startedAtNanos = System.nanoTime();
    send(publisher, frame, messages);
    long wanted = before + (long) messages * rows;
    while (((Number) query.k("count readings")).longValue() < wanted) {
      LockSupport.parkNanos(200_000);
    }
    return (System.nanoTime() - startedAtNanos) / 1e9;
  }

  private static double drain(RawPublisher publisher, Socket reader, byte[] frame, int messages)
      throws Exception {
    long startedAtNanos = System.nanoTime();
    Thread sender =
        new Thread(
            () -> {
              try {
                send(publisher, frame, messages);
              } catch (IOException e) {
                throw new java.io.UncheckedIOException(e);
              }
            });
    sender.start();
    long left = (long) frame.length * messages;
    byte[] buffer = new byte[PIECE];
    InputStream in = reader.getInputStream();
    while (left > 0) {
      int got = in.read(buffer, 0, (int) Math.min(buffer.length, left));
      if (got < 0) {
        throw new IOException("the floor closed its connection");
      }
      left -= got;
    }
    sender.join();
    return (System.nanoTime() - startedAtNanos) / 1e9;
  }

  private static void send(RawPublisher publisher, byte[] frame, int messages) throws IOException {
    int together = Math.max(1, PIECE / frame.length);
    ByteBuffer piece = ByteBuffer.allocateDirect(together * frame.length);
    for (int i = 0; i < together; i++) {
      piece.put(frame);
    }
    piece.flip();
    for (int left = messages; left > 0; left -= together) {
      publisher.write(piece.duplicate().limit(Math.min(left, together) * frame.length));
    }
  }

  private void latency() throws Exception {
    int rate = 10_000;
    int count = 15 * rate;
    Histogram latency = new Histogram(60_000_000_000L, 3);
    try (Processes processes = new Processes(project)) {
      Path schema = Files.writeString(processes.directory().resolve("readings.q"), SCHEMA);
      Processes.Started tickerplant = tickerplant(processes, schema);
      Processes.Started rdb =
          processes.tickwatch("rdb", "--tickerplant", "localhost:" + tickerplant.port());
      c query = new c("localhost", rdb.port());
      try (RawPublisher publisher = new RawPublisher(tickerplant.port(), true)) {
        double[] values = random.doubles(8).toArray();
        byte[][] frames = new byte[100][];
        for (int i = 0; i < frames.length; i++) {
          frames[i] = Frames.oneRow("readings", "sym" + i, values);
        }
        long base = System.nanoTime() + 100_000_000L;
        Thread sender = paced(publisher, frames, rate, count, base);
        sender.start();
        int seen = 0;
        int warmUp = 5 * rate;
        while (seen < count) {
          int visible = ((Number) query.k("count readings")).intValue();
          long now = System.nanoTime();
          for (; seen < visible; seen++) {
            if (seen >= warmUp) {
              latency.recordValue(Math.max(0, now - (base + seen * (1_000_000_000L / rate))));
            }
          }
          LockSupport.parkNanos(50_000);
        }
        sender.join();
      } finally {
        query.close();
      }
    }
    System.out.println("### Latency at 10,000 one-row messages a second\n");
    System.out.println(
        "| from → to | p50 ms | p99 ms | p99.9 ms | max ms | samples |\n| --- | --- | --- | --- | --- | --- |");
    print("feed → visible to a query in the rdb (seen by polling)", latency);
    System.out.println();
  }

  private Thread paced(
      RawPublisher publisher, byte[][] frames, int rate, int count, long baseNanos) {
    int[] places = Arrays.stream(frames).mapToInt(Frames::placeOfTime).toArray();
    long wallBase = now() - System.nanoTime();
    long step = 1_000_000_000L / rate;
    return new Thread(
        () -> {
          try {
            ByteBuffer[] buffers =
                Arrays.stream(frames)
                    .map(frame -> ByteBuffer.wrap(frame).order(ByteOrder.LITTLE_ENDIAN))
                    .toArray(ByteBuffer[]::new);
            for (int i = 0; i < count; i++) {
              long due = baseNanos + i * step;
              while (System.nanoTime() < due) {
                LockSupport.parkNanos(due - System.nanoTime());
              }
              int which = i % buffers.length;
              buffers[which].putLong(places[which], wallBase + due);
              publisher.write(buffers[which].duplicate());
            }
          } catch (IOException e) {
            throw new java.io.UncheckedIOException(e);
          }
        },
        "publisher");
  }

  private void anomaly() throws Exception {
    int rate = 10_000;
    int seconds = 35;
    int every = 5_000;
    Histogram cold = new Histogram(60_000_000_000L, 3);
    Histogram latency = new Histogram(60_000_000_000L, 3);
    long resident;
    double cpu;
    try (Processes processes = new Processes(project)) {
      Processes.Started tickerplant = tickerplant(processes, project.resolve("schemas/server.q"));
      Processes.Started rdb =
          processes.tickwatch("rdb", "--tickerplant", "localhost:" + tickerplant.port());
      Processes.Started detector =
          processes.tickwatch(
              "detector",
              "--tickerplant",
              "localhost:" + tickerplant.port(),
              "--model",
              project.resolve("models/servers").toString(),
              "--table",
              "server",
              "--anomalies",
              processes.directory().resolve("anomalies.jsonl").toString());
      c subscriber = new c("localhost", tickerplant.port());
      try (RawPublisher publisher = new RawPublisher(tickerplant.port(), true)) {
        subscriber.k(".u.sub", "anomaly", "");
        long wallBase = now() - System.nanoTime();
        long base = System.nanoTime() + 100_000_000L;
        long warmUntil = base + 10_000_000_000L;
        Thread reader =
            new Thread(
                () -> {
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
                          (due < warmUntil ? cold : latency).recordValue(Math.max(0, at - due));
                        }
                      }
                    }
                  } catch (Exception closed) {
                    // the end of the run
                  }
                },
                "anomalies");
        reader.setDaemon(true);
        reader.start();
        byte[][] frames = serverFrames(every);
        Duration before = detector.cpu();
        Thread sender = paced(publisher, frames, rate, rate * seconds, base);
        sender.start();
        sender.join();
        Thread.sleep(2_000);
        cpu = detector.cpu().minus(before).toNanos() / 1e9 / seconds;
        resident = detector.residentMegabytes();
        print0(rdb);
      } finally {
        subscriber.close();
      }
    }
    System.out.println(
        "### Anomalies at 10,000 rows a second (one row a message, 19 channels, 3 sensors)\n");
    System.out.println(
        "| from → to | p50 ms | p99 ms | p99.9 ms | max ms | samples |\n| --- | --- | --- | --- | --- | --- |");
    print("feed → anomaly at a subscriber of the tickerplant, 10 s after a cold start on", latency);
    print("the same, in the first 10 s", cold);
    System.out.printf(
        "%nDetector: %.2f cores busy, %d MB resident after the run.%n%n", cpu, resident);
  }

  private static void print0(Processes.Started rdb) throws Exception {
    c query = new c("localhost", rdb.port());
    try {
      System.out.printf(
          "rows %s, scored %s, anomalies %s%n%n",
          query.k("count server"), query.k("count score"), query.k("count anomaly"));
    } finally {
      query.close();
    }
  }

  /**
   * One-row messages of real rows, the sensors in turn; one row in {@code every} is far off in all
   * channels.
   */
  private List<double[]> serverRows(String sensor) throws IOException {
    List<double[]> rows = new ArrayList<>();
    try (var in =
        new java.util.zip.GZIPInputStream(
            Files.newInputStream(project.resolve("data/servers/" + sensor + ".csv.gz")))) {
      for (String line :
          new String(in.readAllBytes(), java.nio.charset.StandardCharsets.UTF_8).lines().toList()) {
        String[] fields = line.split(",", -1);
        if (fields[1].equals("train") && rows.size() < 2_000) {
          rows.add(Arrays.stream(fields, 2, 21).mapToDouble(Double::parseDouble).toArray());
        }
      }
    }
    return rows;
  }

  private byte[][] serverFrames(int every) throws IOException {
    String[] sensors = {"omi-1", "omi-7", "omi-9"};
    List<List<double[]>> rows =
        List.of(serverRows(sensors[0]), serverRows(sensors[1]), serverRows(sensors[2]));
    byte[][] frames = new byte[every][];
    for (int i = 0; i < every; i++) {
      double[] values = rows.get(i % 3).get(i / 3).clone();
      if (i == every / 2) {
        Arrays.setAll(values, channel -> values[channel] + 5);
      }
      frames[i] = Frames.oneRow("server", sensors[i % 3], values);
    }
    return frames;
  }

  private static void print(String what, Histogram latency) {
    System.out.printf(
        "| %s | %.2f | %.2f | %.2f | %.2f | %d |%n",
        what,
        latency.getValueAtPercentile(50) / 1e6,
        latency.getValueAtPercentile(99) / 1e6,
        latency.getValueAtPercentile(99.9) / 1e6,
        latency.getMaxValue() / 1e6,
        latency.getTotalCount());
  }

  private static long now() {
    return Epoch.timestampOf(Instant.now());
  }

  private static double median(double[] values) {
    double[] sorted = values.clone();
    Arrays.sort(sorted);
    return sorted[sorted.length / 2];
  }

  private static String spread(double[] values) {
    double[] sorted = values.clone();
    Arrays.sort(sorted);
    return figure(median(values))
        + " ("
        + figure(sorted[0])
        + "-"
        + figure(sorted[sorted.length - 1])
        + ")";
  }

  private static String figure(double value) {
    return value >= 1e6
        ? String.format("%.2fM", value / 1e6)
        : value >= 1e3 ? String.format("%.0fk", value / 1e3) : String.format("%.2f", value);
  }
}
