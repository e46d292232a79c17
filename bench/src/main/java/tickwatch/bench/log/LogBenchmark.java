package tickwatch.bench.log;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import io.netty.channel.EventLoopGroup;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import tickwatch.bench.rdb.CpuTime;
import tickwatch.bench.rdb.LogTickerplant;
import tickwatch.bench.rdb.Readings;
import tickwatch.ipc.codec.ValueEncoder;
import tickwatch.ipc.net.Endpoint;
import tickwatch.ipc.net.EventLoops;
import tickwatch.ipc.value.ListVector;
import tickwatch.ipc.value.SymbolAtom;
import tickwatch.ipc.value.Value;
import tickwatch.tick.Schema;
import tickwatch.tick.TickListener;
import tickwatch.tick.TickLog;
import tickwatch.tick.TickLogWriter;
import tickwatch.tick.TickSubscriber;
import tickwatch.tick.TickSubscriberConfig;
import tickwatch.tick.Upd;

/**
 * How fast is the tick log written and replayed, beside a loop that does nothing else?
 *
 * <p>Rows of time, sym and 8 floats. Writing: one record a call, of 1, 100 and 1,000 rows, the
 * log's writer beside a bare {@code FileChannel}, with no forcing, a force every 100 ms, and a
 * force after each record. Replay: a subscriber that replays a log of one-row messages, and of
 * 100-row messages, from the file to vectors handed to its listener, beside a loop that reads and
 * decodes into arrays.
 *
 * <p>Rates are a second of processor time of the one thread that works, except with a force after
 * each record, where the disk is waited for. Medians of 5 rounds, ours and the floor by turns.
 *
 * <p>{@code scripts/bench.sh log}
 */
public final class LogBenchmark {
  private static final int ROUNDS = 5;
  private static final long WRITE_NANOS = 500_000_000L;
  private static final long MOST_BYTES = 300_000_000L;
  private static final long FORCE_NANOS = 100_000_000L;
  private static final int REPLAYED_ROWS = 1_500_000;
  private static final int REPLAYED_ROWS_BATCHED = 4_000_000;

  private final Path directory;

  private LogBenchmark(Path directory) {
    this.directory = directory;
  }

  public static void main(String[] args) throws Exception {
    Path directory =
        Files.createTempDirectory(
            args.length > 0 ? Path.of(args[0]) : Path.of(System.getProperty("java.io.tmpdir")),
            "log-bench");
    LogBenchmark benchmark = new LogBenchmark(directory);
    boolean all = args.length < 2;
    if (all || args[1].equals("write")) {
      benchmark.writing();
    }
    if (all || args[1].equals("replay")) {
      benchmark.replaying();
    }
    Files.deleteIfExists(directory);
    System.exit(0);
  }

  // ---- writing

  /** When a record is forced. */
  private enum Force {
    NONE,
    INTERVAL,
    ALWAYS
  }

  private interface Sink extends AutoCloseable {
    void append(ByteBuffer record) throws IOException;

    void force() throws IOException;

    @Override
    void close() throws IOException;
  }

  private static Sink writer(Path log) {
    TickLogWriter writer = TickLogWriter.open(log, 0);
    ByteBuffer[] one = new ByteBuffer[1];
    return new Sink() {
      @Override
      public void append(ByteBuffer record) throws IOException {
        one[0] = record;
        writer.append(one, 1);
      }

      @Override
      public void force() throws IOException {
        writer.force();
      }

      @Override
      public void close() {
        writer.close();
      }
    };
  }

  private static Sink floor(Path log) throws IOException {
    FileChannel channel = FileChannel.open(log, StandardOpenOption.WRITE);
    return new Sink() {
      @Override
      public void append(ByteBuffer record) throws IOException {
        channel.write(record);
      }

      @Override
      public void force() throws IOException {
        channel.force(false);
      }

      @Override
      public void close() throws IOException {
        channel.close();
      }
    };
  }

  private void writing() throws IOException {
    System.out.println(
        "| log writer | bytes a record | --sync | floor, records/s | ours | ratio |");
    System.out.println("|---|---|---|---|---|---|");
    for (int rows : new int[] {1, 100, 1000}) {
      ByteBuffer record = record(rows);
      for (Force force : Force.values()) {
        double[] ours = new double[ROUNDS];
        double[] floor = new double[ROUNDS];
        for (int round = -1; round < ROUNDS; round++) {
          double floorRate = write(record, force, false);
          double ourRate = write(record, force, true);
          if (round >= 0) {
            floor[round] = floorRate;
            ours[round] = ourRate;
          }
        }
        row(
            rows + " row" + (rows > 1 ? "s" : ""),
            record.capacity() + " | " + force.name().toLowerCase(Locale.ROOT),
            floor,
            ours);
      }
    }
  }

  /** Records a second. */
  private double write(ByteBuffer record, Force force, boolean isOurs) throws IOException {
    Path log = directory.resolve("written");
    Files.deleteIfExists(log);
    Files.createFile(log);
    long records = 0;
    long cpu = CpuTime.nanos();
    long start = System.nanoTime();
    long now = start;
    long forcedAt = start;
    try (Sink sink = isOurs ? writer(log) : floor(log)) {
      while (now - start < WRITE_NANOS && records * record.capacity() < MOST_BYTES) {
        sink.append(record.clear());
        records++;
        if (force == Force.ALWAYS || (force == Force.INTERVAL && now - forcedAt > FORCE_NANOS)) {
          sink.force();
          forcedAt = System.nanoTime();
        }
        now = System.nanoTime();
      }
    }
    long took = force == Force.ALWAYS ? System.nanoTime() - start : CpuTime.nanos() - cpu;
    Files.delete(log);
    return records * 1e9 / took;
  }

  private static ByteBuffer record(int rows) {
    Value columns = ListVector.of(new Readings(rows).rows(0, rows).columns().toArray(Value[]::new));
    ByteBuf encoded = Unpooled.buffer();
    ValueEncoder.encode(
        ListVector.of(new SymbolAtom("upd"), new SymbolAtom("readings"), columns), encoded);
    ByteBuffer record = ByteBuffer.allocateDirect(encoded.readableBytes());
    encoded.readBytes(record);
    return record;
  }

  // ---- replay

  private void replaying() throws Exception {
    System.out.println();
    System.out.println("| replay | floor, rows/s | ours | ratio |");
    System.out.println("|---|---|---|---|");
    for (int batch : new int[] {1, 100}) {
      Readings rows = new Readings(batch == 1 ? REPLAYED_ROWS : REPLAYED_ROWS_BATCHED);
      Path log = directory.resolve("readings2026.01.01");
      FloorReader floorReader = new FloorReader(TickLog.prefix("readings").length);
      long unused = 0;
      EventLoopGroup loops = EventLoops.create(1, "replay");
      try (LogTickerplant tickerplant = new LogTickerplant(log, rows, batch)) {
        double[] ours = new double[ROUNDS];
        double[] floor = new double[ROUNDS];
        for (int round = -2; round < ROUNDS; round++) {
          long cpu = CpuTime.nanos();
          long read = floorReader.read(log, batch);
          long took = CpuTime.nanos() - cpu;
          unused += floorReader.blackhole();
          if (read != Files.size(log) && read < 1) {
            throw new IllegalStateException("the floor read nothing " + unused);
          }
          double ourRate = replay(tickerplant.port(), loops, read);
          if (round >= 0) {
            floor[round] = read * 1e9 / took;
            ours[round] = ourRate;
          }
        }
        row(batch + " row" + (batch > 1 ? "s" : "") + " a message", "", floor, ours);
      } finally {
        loops.shutdownGracefully(0, 1, TimeUnit.SECONDS).await();
        Files.deleteIfExists(log);
      }
    }
  }

  /** Counts rows, and the time that its thread works from the subscription until it is live. */
  private static final class Replayed implements TickListener {
    final CompletableFuture<Long> nanos = new CompletableFuture<>();
    long rows;
    private long start;

    @Override
    public void subscribed(Schema schema) {
      start = CpuTime.nanos();
    }

    @Override
    public void reset(String why) {
      nanos.completeExceptionally(new IllegalStateException(why));
    }

    @Override
    public void upd(Upd upd, boolean replayed) {
      rows += upd.rows().rowCount();
    }

    @Override
    public void live() {
      nanos.complete(CpuTime.nanos() - start);
    }

    @Override
    public void disconnected(String why) {
      nanos.completeExceptionally(new IllegalStateException(why));
    }
  }

  private static double replay(int port, EventLoopGroup loops, long expectedRows)
      throws ExecutionException, InterruptedException, TimeoutException {
    Replayed replayed = new Replayed();
    TickSubscriberConfig config =
        new TickSubscriberConfig(
            new Endpoint("127.0.0.1", port, "", ""), List.of(), List.of(), "bench");
    try (TickSubscriber subscriber = TickSubscriber.start(config, loops, replayed)) {
      long took = replayed.nanos.get(2, TimeUnit.MINUTES);
      if (replayed.rows != expectedRows || !subscriber.isLive()) {
        throw new IllegalStateException(replayed.rows + " rows of " + expectedRows);
      }
      return replayed.rows * 1e9 / took;
    }
  }

  // ---- the table

  private static void row(String name, String more, double[] floor, double[] ours) {
    System.out.printf(
        Locale.ROOT,
        "| %s |%s %s | %s | %.2f |%n",
        name,
        more.isEmpty() ? "" : " " + more + " |",
        rates(floor),
        rates(ours),
        median(ours) / median(floor));
  }

  private static String rates(double[] rates) {
    double[] sorted = rates.clone();
    Arrays.sort(sorted);
    return "%s (%s to %s)"
        .formatted(rate(median(rates)), rate(sorted[0]), rate(sorted[sorted.length - 1]));
  }

  private static String rate(double rate) {
    return rate >= 1e6
        ? String.format(Locale.ROOT, "%.2f M", rate / 1e6)
        : rate >= 1e3
            ? String.format(Locale.ROOT, "%.1f k", rate / 1e3)
            : String.format(Locale.ROOT, "%.0f", rate);
  }

  private static double median(double[] rates) {
    double[] sorted = rates.clone();
    Arrays.sort(sorted);
    return sorted[sorted.length / 2];
  }
}
