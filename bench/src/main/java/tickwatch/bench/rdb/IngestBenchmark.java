package tickwatch.bench.rdb;

import java.io.IOException;
import java.lang.management.ManagementFactory;
import java.lang.management.ThreadMXBean;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.nio.channels.FileChannel;
import java.nio.channels.ServerSocketChannel;
import java.nio.channels.SocketChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.SQLException;
import java.util.Arrays;
import java.util.Locale;
import java.util.concurrent.atomic.AtomicBoolean;
import tickwatch.ipc.net.Endpoint;
import tickwatch.ipc.value.Vector;
import tickwatch.rdb.Rdb;
import tickwatch.rdb.RdbConfig;
import tickwatch.tick.TickLog;

/**
 * How many rows a second does an rdb take in, from the bytes of messages to rows that a query sees?
 *
 * <p>Rows of time, sym (100) and 8 floats; 1, 100 and 1,000 a message. Replay: an rdb is started on
 * a log of 5,000,000 rows, until a query counts them all. Live: as many (single rows a fifth of
 * them) come over TCP as fast as they are taken. Beside them a hand-written loop that reads the
 * log, or a socket ({@link IngestFloor}), checks nothing and writes over arrays that are there, and
 * the appender of DuckDB with a flush a message. Medians of {@value #ROUNDS}, ways interleaved. The
 * rates of the rdb are given twice: of the clock, and of the CPU time of its ingest thread, which
 * sockets and other threads hardly touch; the floor's is of CPU time. What the thread takes that
 * goes after the rows and keeps the index of sym, of which the floor has none, is given beside
 * them.
 *
 * <p>Latency: single rows at {@value #PACE} a second, from when each should have been sent until a
 * query counts it, polled over TCP; without another query, and with a full scan running at all
 * times.
 *
 * <pre>
 *   scripts/bench.sh rdb-ingest
 * </pre>
 */
public final class IngestBenchmark {
  private static final int ROWS = 5_000_000;

  private static final int ROW_BYTES =
      Long.BYTES + Integer.BYTES + Readings.CHANNELS * Double.BYTES;

  /** Single rows are half as many bytes again, each with the names of the columns before it. */
  private static final int SINGLE_ROWS = 1_000_000;

  private static final int ROUNDS = Integer.getInteger("rounds", 5);
  private static final int PACE = 5_000;
  private static final int PACED_ROWS = 5 * PACE;
  private static final int HISTORY_ROWS = 1_000_000;
  private static final long WAIT_NANOS = 120_000_000_000L;
  private static final ThreadMXBean THREADS = ManagementFactory.getThreadMXBean();

  /** Bytes of {@code (`upd;`readings;} and of the list of columns, before the first column. */
  private static final int PREFIX = 2 + 4 + 1 + 4 + 1 + 9 + 6;

  /** Bytes of a live message before its first column: header, prefix, names. */
  private static final int LIVE_PREFIX =
      8 + PREFIX - 6 + 3 + 6 + String.join(" ", Readings.NAMES).length() + 1 + 6;

  private final Readings readings = new Readings(ROWS);

  private IngestBenchmark() {}

  public static void main(String[] args) throws Exception {
    IngestBenchmark benchmark = new IngestBenchmark();
    System.out.println(
        "| rows a message | floor from a log, M rows/s | replay, s for 5,000,000 rows |"
            + " replay, M rows/s of CPU | ÷ floor | floor from a socket, M rows/s | live, M rows/s"
            + " | live, M rows/s of CPU | ÷ floor | DuckDB appender, M rows/s | live ÷ DuckDB | allocated a row live, bytes |"
            + " index of sym beside it, CPU ns a row |");
    System.out.println(
        "| --- | --- | --- | --- | --- | --- | --- | --- | --- | --- | --- | --- | --- |");
    for (int batch : new int[] {1, 100, 1_000}) {
      benchmark.measure(batch);
    }
    System.out.println();
    benchmark.latency();
  }

  private void measure(int batch) throws Exception {
    Path directory = Files.createTempDirectory("tickwatch-bench");
    Path log = directory.resolve("readings2026.01.01");
    int liveRows = batch == 1 ? SINGLE_ROWS : ROWS;
    byte[] frames = Pump.frames(readings, 0, liveRows, batch);
    double[] floor = new double[ROUNDS];
    double[] liveFloor = new double[ROUNDS];
    double[] replayed = new double[ROUNDS];
    double[] replayCpu = new double[ROUNDS];
    double[] live = new double[ROUNDS];
    double[] liveCpu = new double[ROUNDS];
    double[] allocated = new double[ROUNDS];
    double[] duck = new double[ROUNDS];
    double[] index = new double[ROUNDS];
    try (LogTickerplant tickerplant = new LogTickerplant(log, readings, batch)) {
      for (int round = -1; round < ROUNDS; round++) {
        double floorRate = floorRate(log);
        double liveFloorRate = liveFloorRate(frames, liveRows);
        double[] replay = replay(tickerplant.port());
        double[] pumped = live(frames, liveRows, batch);
        double duckRate = duckRate(batch);
        if (round >= 0) {
          floor[round] = floorRate;
          liveFloor[round] = liveFloorRate;
          replayed[round] = replay[0];
          replayCpu[round] = ROWS / replay[1] / 1e6;
          live[round] = liveRows / pumped[0] / 1e6;
          liveCpu[round] = liveRows / pumped[1] / 1e6;
          allocated[round] = pumped[2];
          index[round] = 1e9 * pumped[3] / liveRows;
          duck[round] = duckRate;
        }
      }
    } finally {
      Files.deleteIfExists(log);
      Files.deleteIfExists(directory);
    }
    System.out.printf(
        Locale.ROOT,
        "| %,d | %s | %s | %s | %.2f | %s | %s | %s | %.2f | %s | %.0f | %.1f | %.1f |%n",
        batch,
        text(floor),
        text(replayed),
        text(replayCpu),
        median(replayCpu) / median(floor),
        text(liveFloor),
        text(live),
        text(liveCpu),
        median(liveCpu) / median(liveFloor),
        text(duck),
        median(live) / median(duck),
        median(allocated),
        median(index));
  }

  private static double floorRate(Path log) throws IOException {
    IngestFloor floor = new IngestFloor(ROWS);
    try (FileChannel channel = FileChannel.open(log)) {
      int header = TickLog.header().remaining();
      floor.decode(channel, header, PREFIX); // touches all pages
      long start = CpuTime.nanos();
      int rows = floor.decode(channel, header, PREFIX);
      double nanos = CpuTime.nanos() - start;
      if (rows != ROWS) {
        throw new AssertionError(rows);
      }
      return 1e3 * rows / nanos;
    }
  }

  private static double liveFloorRate(byte[] frames, int liveRows) throws Exception {
    IngestFloor floor = new IngestFloor(liveRows);
    double rate = 0;
    // Twice: the first time touches all pages.
    for (int time = 0; time < 2; time++) {
      try (ServerSocketChannel server = ServerSocketChannel.open()) {
        server.bind(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0));
        InetSocketAddress address = (InetSocketAddress) server.getLocalAddress();
        Thread sender = new Thread(() -> sendAll(address, frames), "sender");
        sender.start();
        try (SocketChannel socket = server.accept()) {
          long start = CpuTime.nanos();
          int rows = floor.decode(socket, LIVE_PREFIX);
          rate = 1e3 * rows / (CpuTime.nanos() - start);
          if (rows != liveRows) {
            throw new AssertionError(rows);
          }
        }
        sender.join();
      }
    }
    return rate;
  }

  private static void sendAll(InetSocketAddress address, byte[] frames) {
    try (Socket socket = new Socket(address.getAddress(), address.getPort())) {
      for (int from = 0; from < frames.length; from += 65_536) {
        socket.getOutputStream().write(frames, from, Math.min(65_536, frames.length - from));
      }
    } catch (IOException e) {
      throw new IllegalStateException(e);
    }
  }

  private static Rdb rdb(int tickerplantPort) {
    return Rdb.start(
        RdbConfig.defaults(new Endpoint("localhost", tickerplantPort, "bench", "")).withPort(0));
  }

  /** Seconds of the clock and of the ingest thread's CPU. */
  private static double[] replay(int port) throws Exception {
    System.gc();
    long start = System.nanoTime();
    try (Rdb rdb = rdb(port);
        QueryClient client = new QueryClient(rdb.port())) {
      awaitRows(client, ROWS);
      return new double[] {(System.nanoTime() - start) / 1e9, used("rdb-ingest")[0]};
    }
  }

  /**
   * Seconds of the clock and of the ingest thread's CPU, the bytes a row that it allocated besides
   * the columns once these grow by whole chunks, and seconds of the index thread's CPU.
   */
  private static double[] live(byte[] frames, int liveRows, int batch) throws Exception {
    int frameBytes = frames.length / (liveRows / batch);
    System.gc();
    try (Pump pump = new Pump();
        Rdb rdb = rdb(pump.port());
        QueryClient client = new QueryClient(rdb.port())) {
      pump.awaitSubscriber();
      double[] before = used("rdb-ingest");
      double[] grown = before;
      int grownRows = 0;
      long start = System.nanoTime();
      for (int from = 0; from < frames.length; from += 65_536) {
        pump.send(frames, from, Math.min(65_536, frames.length - from));
        if (grownRows == 0 && from > frames.length / 3 * 2) {
          grownRows = Math.min(frames.length, from + 65_536) / frameBytes * batch;
          awaitRows(client, grownRows);
          grown = used("rdb-ingest");
        }
      }
      awaitRows(client, liveRows);
      double seconds = (System.nanoTime() - start) / 1e9;
      double[] after = used("rdb-ingest");
      // The index is a moment behind.
      Thread.sleep(100);
      double columns = (double) ROW_BYTES * Vector.CHUNK * (chunks(liveRows) - chunks(grownRows));
      return new double[] {
        seconds,
        after[0] - before[0],
        Math.max(0, after[1] - grown[1] - columns) / (liveRows - grownRows),
        used("rdb-index")[0]
      };
    }
  }

  private static int chunks(int rows) {
    return (rows + Vector.CHUNK - 1) / Vector.CHUNK;
  }

  /** What the one living thread of this name has used: seconds of CPU, bytes allocated. */
  private static double[] used(String name) {
    double[] used = new double[2];
    for (Thread thread : Thread.getAllStackTraces().keySet()) {
      if (thread.getName().startsWith(name) && thread.isAlive()) {
        used[0] = Math.max(used[0], THREADS.getThreadCpuTime(thread.getId()) / 1e9);
        used[1] =
            Math.max(
                used[1],
                (double)
                    ((com.sun.management.ThreadMXBean) THREADS)
                        .getThreadAllocatedBytes(thread.getId()));
      }
    }
    return used;
  }

  private static void awaitRows(QueryClient client, int rows) throws Exception {
    byte[] question = QueryClient.message("$[" + rows + "=count readings;0;'wait]");
    long deadline = System.nanoTime() + WAIT_NANOS;
    while (true) {
      try {
        client.ask(question);
        return;
      } catch (IOException e) {
        if (System.nanoTime() > deadline) {
          throw e;
        }
        Thread.sleep(1);
      }
    }
  }

  /** Few rows of the small batches: each message is a flush, which takes it long. */
  private double duckRate(int batch) throws SQLException {
    int rows = batch == 1 ? 2_000 : batch == 100 ? 100_000 : 500_000;
    try (DuckPeer duck = new DuckPeer()) {
      long start = System.nanoTime();
      duck.append("readings", readings, 0, rows, batch);
      return 1e3 * rows / (System.nanoTime() - start);
    }
  }

  // ---- latency

  private void latency() throws Exception {
    long[] quiet = paced(false);
    long[] busy = paced(true);
    System.out.printf(
        Locale.ROOT,
        "| from when a row should be sent to when a query counts it, %,d rows a second | p50 ms |"
            + " p99 ms | p99.9 ms |%n| --- | --- | --- | --- |%n",
        PACE);
    print("no other query", quiet);
    print("a full scan at all times", busy);
    System.out.printf(
        Locale.ROOT, "%np99 with the scan ÷ without: %.2f%n", at(busy, 0.99) / at(quiet, 0.99));
  }

  private long[] paced(boolean scanning) throws Exception {
    byte[] history = Pump.frames(readings, 0, HISTORY_ROWS, 1_000);
    byte[] frames = Pump.frames(readings, HISTORY_ROWS, HISTORY_ROWS + PACED_ROWS, 1);
    int frame = frames.length / PACED_ROWS;
    long[] latencies = new long[PACED_ROWS];
    try (Pump pump = new Pump();
        Rdb rdb = rdb(pump.port());
        QueryClient poller = new QueryClient(rdb.port());
        QueryClient scanner = new QueryClient(rdb.port())) {
      pump.awaitSubscriber();
      pump.send(history, 0, history.length);
      awaitRows(poller, HISTORY_ROWS);
      AtomicBoolean done = new AtomicBoolean();
      Thread scan =
          new Thread(
              () -> {
                byte[] question =
                    QueryClient.message("select dev ch0,ch1 cor ch2,max ch3 by sym from readings");
                try {
                  while (!done.get()) {
                    scanner.ask(question);
                  }
                } catch (IOException e) {
                  throw new IllegalStateException(e);
                }
              },
              "scan");
      if (scanning) {
        scan.start();
      }
      long start = System.nanoTime() + 100_000_000L;
      Thread sender = new Thread(() -> send(pump, frames, frame, start), "sender");
      sender.start();
      byte[] count = QueryClient.message("count readings");
      int seen = 0;
      while (seen < PACED_ROWS) {
        int rows = (int) (poller.askLong(count) - HISTORY_ROWS);
        long now = System.nanoTime();
        for (; seen < rows; seen++) {
          latencies[seen] = now - (start + seen * (1_000_000_000L / PACE));
        }
      }
      sender.join();
      done.set(true);
      scan.join();
    }
    Arrays.sort(latencies);
    return latencies;
  }

  /** Each row at its time, or as soon after as the socket takes it. */
  private static void send(Pump pump, byte[] frames, int frame, long start) {
    try {
      for (int row = 0; row < PACED_ROWS; ) {
        long due = start + row * (1_000_000_000L / PACE);
        long wait = due - System.nanoTime();
        if (wait > 0) {
          java.util.concurrent.locks.LockSupport.parkNanos(wait);
          continue;
        }
        pump.send(frames, row * frame, frame);
        row++;
      }
    } catch (IOException e) {
      throw new IllegalStateException(e);
    }
  }

  private static double at(long[] sorted, double share) {
    return sorted[(int) (share * (sorted.length - 1))] / 1e6;
  }

  private static void print(String what, long[] sorted) {
    System.out.printf(
        Locale.ROOT,
        "| %s | %.2f | %.2f | %.2f |%n",
        what,
        at(sorted, 0.5),
        at(sorted, 0.99),
        at(sorted, 0.999));
  }

  private static double median(double[] items) {
    double[] sorted = items.clone();
    Arrays.sort(sorted);
    return sorted[sorted.length / 2];
  }

  private static String text(double[] items) {
    double[] sorted = items.clone();
    Arrays.sort(sorted);
    return String.format(
        Locale.ROOT, "%.3g (%.3g-%.3g)", median(sorted), sorted[0], sorted[sorted.length - 1]);
  }
}
