package tickwatch.bench.tickerplant;

import java.io.BufferedReader;
import java.io.EOFException;
import java.io.IOException;
import java.io.InputStreamReader;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.StandardSocketOptions;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.channels.SocketChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Comparator;
import java.util.List;
import java.util.Locale;
import java.util.Random;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;
import java.util.stream.Stream;
import org.HdrHistogram.Histogram;
import org.jspecify.annotations.Nullable;
import tickwatch.bench.pipeline.Frames;
import tickwatch.ipc.value.Epoch;

/**
 * What does it cost that a tickerplant looks into messages? A {@link FanoutFloor} with the same log
 * policy (one write a read, not forced) is driven with the same bytes, in turns.
 *
 * <p>One publisher, one or four subscribers, each server a process of its own over loopback. Rows
 * are {@code time, sym} (100 syms) and 8 floats. For the rates the publisher is at most 4 MB ahead
 * of the slowest subscriber; a run ends when the last subscriber has everything. Processor time and
 * allocation are the server process's own. Latency counts from the intended send time.
 *
 * <p>{@code scripts/bench.sh tickerplant}; prints Markdown; medians and extremes of 5 runs.
 */
public final class TickerplantBenchmark {
  private static final int[] ROWS = {1, 10, 100, 1000};
  private static final int[] SUBSCRIBERS = {1, 4};
  private static final int[] RATES = {10_000, 50_000};
  private static final int RUNS = 5;
  private static final int PIECE_BYTES = 1 << 16;
  private static final int WINDOW_BYTES = 4 << 20;

  /** What one run sends: some tenths of a second. */
  private static final long RUN_BYTES = 96 << 20;

  private static final int LATENCY_SECONDS = 2;

  private TickerplantBenchmark() {}

  public static void main(String[] args) throws Exception {
    List<String> parts = args.length > 0 ? List.of(args) : List.of("rates", "latency");
    System.out.printf(
        "%s, %d cores, Java %s%n%n",
        Instant.now().toString().substring(0, 10),
        Runtime.getRuntime().availableProcessors(),
        System.getProperty("java.version"));
    if (parts.contains("rates")) {
      rates();
    }
    if (parts.contains("latency")) {
      latencies();
    }
  }

  // ---- rates

  private record Sample(double messagesPerSecond, double cpuMicros, double allocatedBytes) {}

  private static void rates() throws Exception {
    System.out.println(
        "| subscribers | rows a message | tickerplant, messages/s | floor, messages/s | rate |"
            + " tickerplant, CPU µs/message | floor, CPU µs/message | CPU | tickerplant, bytes"
            + " allocated/message |");
    System.out.println("| --- | --- | --- | --- | --- | --- | --- | --- | --- |");
    for (int subscribers : SUBSCRIBERS) {
      for (int rows : ROWS) {
        try (Driven ours = new Driven("tickerplant", subscribers);
            Driven floor = new Driven("floor", subscribers)) {
          byte[] frame = frame(rows);
          int messages = (int) (RUN_BYTES / frame.length);
          for (int warm = 0; warm < 3; warm++) {
            ours.run(frame, messages);
            floor.run(frame, messages);
          }
          Sample[] of = new Sample[RUNS];
          Sample[] than = new Sample[RUNS];
          for (int run = 0; run < RUNS; run++) {
            of[run] = ours.run(frame, messages);
            than[run] = floor.run(frame, messages);
          }
          System.out.printf(
              Locale.ROOT,
              "| %d | %d | %s | %s | %.2f | %s | %s | %.2f | %.1f |%n",
              subscribers,
              rows,
              thousands(sorted(of, Sample::messagesPerSecond)),
              thousands(sorted(than, Sample::messagesPerSecond)),
              median(sorted(of, Sample::messagesPerSecond))
                  / median(sorted(than, Sample::messagesPerSecond)),
              plain(sorted(of, Sample::cpuMicros)),
              plain(sorted(than, Sample::cpuMicros)),
              median(sorted(of, Sample::cpuMicros)) / median(sorted(than, Sample::cpuMicros)),
              median(sorted(of, Sample::allocatedBytes)));
        }
      }
    }
    System.out.println();
  }

  private static double[] sorted(
      Sample[] samples, java.util.function.ToDoubleFunction<Sample> number) {
    return Arrays.stream(samples).mapToDouble(number).sorted().toArray();
  }

  private static double median(double[] sorted) {
    return sorted[sorted.length / 2];
  }

  private static String thousands(double[] sorted) {
    return String.format(
        Locale.ROOT,
        "%.1fk (%.1f-%.1f)",
        median(sorted) / 1e3,
        sorted[0] / 1e3,
        sorted[sorted.length - 1] / 1e3);
  }

  private static String plain(double[] sorted) {
    return String.format(
        Locale.ROOT, "%.2f (%.2f-%.2f)", median(sorted), sorted[0], sorted[sorted.length - 1]);
  }

  private static byte[] frame(int rows) {
    Random random = new Random(42);
    String[] syms = new String[rows];
    double[][] channels = new double[8][rows];
    for (int row = 0; row < rows; row++) {
      syms[row] = "sym" + random.nextInt(100);
      for (double[] channel : channels) {
        channel[row] = random.nextGaussian();
      }
    }
    return Frames.of("readings", Epoch.timestampOf(Instant.now()), syms, channels);
  }

  // ---- latencies

  private static void latencies() throws Exception {
    System.out.println(
        "| single rows/s | | p50 µs | p99 µs | p99.9 µs | max µs |\n"
            + "| --- | --- | --- | --- | --- | --- |");
    for (int rate : RATES) {
      double[][] ours = new double[RUNS][];
      double[][] floors = new double[RUNS][];
      try (Driven tickerplant = new Driven("tickerplant", 1);
          Driven floor = new Driven("floor", 1)) {
        byte[] frame = frame(1);
        for (int warm = 0; warm < 3; warm++) {
          tickerplant.run(frame, 200_000);
          floor.run(frame, 200_000);
        }
        tickerplant.paced(rate);
        floor.paced(rate);
        for (int run = 0; run < RUNS; run++) {
          ours[run] = tickerplant.paced(rate);
          floors[run] = floor.paced(rate);
        }
      }
      row(rate, "tickerplant", ours);
      row(rate, "floor", floors);
      double[] ratio = new double[4];
      for (int quantile = 0; quantile < ratio.length; quantile++) {
        ratio[quantile] = median(column(ours, quantile)) / median(column(floors, quantile));
      }
      System.out.printf(
          Locale.ROOT,
          "| %d | ratio | %.2f | %.2f | %.2f | %.2f |%n",
          rate,
          ratio[0],
          ratio[1],
          ratio[2],
          ratio[3]);
    }
    System.out.println();
  }

  private static double[] column(double[][] runs, int quantile) {
    return Arrays.stream(runs).mapToDouble(run -> run[quantile]).sorted().toArray();
  }

  private static void row(int rate, String what, double[][] runs) {
    StringBuilder line = new StringBuilder("| " + rate + " | " + what + " |");
    for (int quantile = 0; quantile < 4; quantile++) {
      double[] sorted = column(runs, quantile);
      line.append(
          String.format(
              Locale.ROOT,
              " %.0f (%.0f-%.0f) |",
              median(sorted),
              sorted[0],
              sorted[sorted.length - 1]));
    }
    System.out.println(line);
  }

  // ---- a server and who connects to it

  private static final class Driven implements AutoCloseable {
    private final Path directory = Files.createTempDirectory("tickwatch-bench");
    private final Process process;
    private final BufferedReader answers;
    private final SocketChannel publisher;
    private final List<Reader> readers = new ArrayList<>();

    Driven(String what, int subscribers) throws IOException {
      process =
          new ProcessBuilder(
                  Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                  "-XX:+UseSerialGC",
                  "-Xmx512m",
                  "-cp",
                  System.getProperty("java.class.path"),
                  Server.class.getName(),
                  what,
                  directory.toString())
              .redirectError(directory.resolve("err").toFile())
              .start();
      answers =
          new BufferedReader(
              new InputStreamReader(process.getInputStream(), StandardCharsets.US_ASCII));
      int port = Integer.parseInt(answer());
      for (int i = 0; i < subscribers; i++) {
        SocketChannel channel = connect(port, "sub");
        if (what.equals("tickerplant")) {
          subscribe(channel);
        }
        readers.add(new Reader(channel));
      }
      readers.forEach(Thread::start);
      publisher = connect(port, "pub");
    }

    private String answer() throws IOException {
      String line = answers.readLine();
      while (line != null && !line.matches("[\\d ]+")) {
        line = answers.readLine();
      }
      if (line == null) {
        throw new IOException("the server ended: " + Files.readString(directory.resolve("err")));
      }
      return line;
    }

    private static SocketChannel connect(int port, String user) throws IOException {
      SocketChannel channel =
          SocketChannel.open(new InetSocketAddress(InetAddress.getLoopbackAddress(), port));
      channel.setOption(StandardSocketOptions.TCP_NODELAY, true);
      channel.write(ByteBuffer.wrap((user + "\3\0").getBytes(StandardCharsets.US_ASCII)));
      readFully(channel, ByteBuffer.allocate(1));
      return channel;
    }

    private static void subscribe(SocketChannel channel) throws IOException {
      String call = ".u.sub[`readings;`]";
      ByteBuffer message = ByteBuffer.allocate(8 + 6 + call.length());
      message
          .order(ByteOrder.LITTLE_ENDIAN)
          .put(new byte[] {1, 1, 0, 0})
          .putInt(message.capacity());
      message.put((byte) 10).put((byte) 0).putInt(call.length());
      message.put(call.getBytes(StandardCharsets.US_ASCII)).flip();
      channel.write(message);
      ByteBuffer header = ByteBuffer.allocate(8).order(ByteOrder.LITTLE_ENDIAN);
      readFully(channel, header);
      readFully(channel, ByteBuffer.allocate(header.getInt(4) - 8));
    }

    private static void readFully(SocketChannel channel, ByteBuffer into) throws IOException {
      while (into.hasRemaining()) {
        if (channel.read(into) < 0) {
          throw new EOFException("the server closed the connection");
        }
      }
    }

    private long[] counters() throws IOException {
      process.getOutputStream().write('\n');
      process.getOutputStream().flush();
      return Arrays.stream(answer().split(" ")).mapToLong(Long::parseLong).toArray();
    }

    /** Sends so many messages as fast as the subscribers take them. */
    Sample run(byte[] frame, int messages) throws IOException {
      int together = Math.max(1, PIECE_BYTES / frame.length);
      ByteBuffer piece = ByteBuffer.allocateDirect(together * frame.length);
      for (int i = 0; i < together; i++) {
        piece.put(frame);
      }
      piece.flip();
      long window = Math.max(together, WINDOW_BYTES / frame.length);
      long before = received();
      for (Reader reader : readers) {
        reader.latency = null;
      }
      long[] from = counters();
      long startedAt = System.nanoTime();
      int sent = 0;
      while (sent < messages) {
        awaitReceived(before + sent + together - window);
        int count = Math.min(together, messages - sent);
        ByteBuffer bytes = piece.duplicate().limit(count * frame.length);
        while (bytes.hasRemaining()) {
          publisher.write(bytes);
        }
        sent += count;
      }
      awaitReceived(before + messages);
      double seconds = (System.nanoTime() - startedAt) / 1e9;
      long[] to = counters();
      return new Sample(
          messages / seconds,
          (to[0] - from[0]) / 1e3 / messages,
          (double) (to[1] - from[1]) / messages);
    }

    /** The messages that the slowest subscriber has. */
    private long received() {
      long least = Long.MAX_VALUE;
      for (Reader reader : readers) {
        least = Math.min(least, reader.messages);
      }
      return least;
    }

    private void awaitReceived(long count) throws IOException {
      while (received() < count) {
        if (!process.isAlive()) {
          throw new IOException("the server ended");
        }
        LockSupport.parkNanos(20_000);
      }
    }

    /** p50, p99, p99.9 and maximum in microseconds, of single rows at a rate. */
    double[] paced(int rate) throws IOException {
      int count = LATENCY_SECONDS * rate;
      byte[] frame = Frames.oneRow("readings", "sym1", new double[8]);
      int placeOfTime = Frames.placeOfTime(frame);
      int together = 256;
      ByteBuffer piece =
          ByteBuffer.allocateDirect(together * frame.length).order(ByteOrder.LITTLE_ENDIAN);
      for (int i = 0; i < together; i++) {
        piece.put(frame);
      }
      Histogram latency = new Histogram(60_000_000_000L, 3);
      long before = received();
      readers.get(0).latency = latency;
      double interval = 1e9 / rate;
      long base = System.nanoTime() + 10_000_000;
      int sent = 0;
      while (sent < count) {
        long now = System.nanoTime();
        int due = (int) Math.min(count, Math.max(0, (now - base) / interval + 1));
        if (now < base || due <= sent) {
          LockSupport.parkNanos(10_000);
          continue;
        }
        int some = Math.min(together, due - sent);
        for (int i = 0; i < some; i++) {
          piece.putLong(i * frame.length + placeOfTime, base + (long) ((sent + i) * interval));
        }
        ByteBuffer bytes = piece.duplicate().limit(some * frame.length).position(0);
        while (bytes.hasRemaining()) {
          publisher.write(bytes);
        }
        sent += some;
      }
      awaitReceived(before + count);
      readers.get(0).latency = null;
      return new double[] {
        latency.getValueAtPercentile(50) / 1e3,
        latency.getValueAtPercentile(99) / 1e3,
        latency.getValueAtPercentile(99.9) / 1e3,
        latency.getMaxValue() / 1e3
      };
    }

    @Override
    public void close() throws IOException {
      publisher.close();
      for (Reader reader : readers) {
        reader.close();
      }
      process.getOutputStream().close();
      try {
        if (!process.waitFor(10, TimeUnit.SECONDS)) {
          process.destroyForcibly();
        }
      } catch (InterruptedException e) {
        Thread.currentThread().interrupt();
      }
      try (Stream<Path> files = Files.walk(directory)) {
        for (Path file : files.sorted(Comparator.reverseOrder()).toList()) {
          Files.delete(file);
        }
      }
    }
  }

  /** A subscriber: counts messages, and notes how late they are where that is asked for. */
  private static final class Reader extends Thread implements AutoCloseable {
    /** Where a row's time stands behind the start of the columns, for atoms and for vectors. */
    private static final int ROW_TIME = 7;

    private static final int VECTOR_TIME = 12;

    private final SocketChannel channel;
    volatile long messages;
    volatile @Nullable Histogram latency;

    Reader(SocketChannel channel) {
      this.channel = channel;
      setDaemon(true);
    }

    @Override
    public void run() {
      ByteBuffer buffer = ByteBuffer.allocateDirect(1 << 18).order(ByteOrder.LITTLE_ENDIAN);
      int left = 0;
      int placeOfTime = -1;
      try {
        while (channel.read(buffer) >= 0) {
          long now = System.nanoTime();
          Histogram into = latency;
          int at = 0;
          int end = buffer.position();
          long count = messages;
          if (left > 0) {
            int skipped = Math.min(left, end);
            left -= skipped;
            at = skipped;
            count += left == 0 ? 1 : 0;
          }
          while (left == 0 && end - at >= 8) {
            int length = buffer.getInt(at + 4);
            if (into != null && length <= 1024) {
              if (end - at < length) {
                break;
              }
              placeOfTime = placeOfTime < 0 ? placeOfTime(buffer, at, length) : placeOfTime;
              into.recordValue(Math.max(0, now - buffer.getLong(at + placeOfTime)));
            }
            if (length > end - at) {
              left = length - (end - at);
              at = end;
            } else {
              at += length;
              count++;
            }
          }
          messages = count;
          buffer.limit(end).position(at);
          buffer.compact();
        }
      } catch (IOException e) {
        if (channel.isOpen()) {
          throw new UncheckedIOException(e);
        }
      }
    }

    /** Finds the time of a row, an atom or a vector of one, behind the list's start. */
    private static int placeOfTime(ByteBuffer buffer, int start, int length) {
      for (int at = start + 8; at + 16 < start + length; at++) {
        boolean isList = buffer.getShort(at) == 0 && buffer.getInt(at + 2) == 10;
        if (isList && buffer.get(at + 6) == -12) {
          return at - start + ROW_TIME;
        }
        if (isList && buffer.get(at + 6) == 12) {
          return at - start + VECTOR_TIME;
        }
      }
      throw new IllegalStateException("no time in the message");
    }

    @Override
    public void close() throws IOException {
      channel.close();
    }
  }
}
