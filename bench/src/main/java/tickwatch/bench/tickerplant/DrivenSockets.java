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
import java.time.Duration;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;
import java.util.stream.Stream;
import org.HdrHistogram.Histogram;
import org.jspecify.annotations.Nullable;
import tickwatch.bench.pipeline.Frames;

/**
 * The tickerplant or the floor in a process of its own, with one publisher and some subscribers
 * over loopback.
 *
 * <p>The publisher writes 64 kB at a time and is at most 4 MB ahead of the slowest subscriber.
 */
final class DrivenSockets implements Driven {
  private static final int WINDOW_BYTES = 4 << 20;

  private final Path directory = Files.createTempDirectory("tickwatch-bench");
  private final Process process;
  private final BufferedReader answers;
  private final SocketChannel publisher;
  private final List<Reader> readers = new ArrayList<>();

  /** Subscribers that nobody waits for. */
  private final List<Reader> others = new ArrayList<>();

  DrivenSockets(String what, int subscribers) throws IOException {
    this(what, subscribers, "");
  }

  /**
   * @param syms q of the syms that a further subscriber of a tickerplant wants; empty for none
   */
  DrivenSockets(String what, int subscribers, String syms) throws IOException {
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
        subscribe(channel, "`");
      }
      readers.add(new Reader(channel));
    }
    if (!syms.isEmpty()) {
      SocketChannel channel = connect(port, "some");
      subscribe(channel, syms);
      others.add(new Reader(channel));
    }
    readers.forEach(Thread::start);
    others.forEach(Thread::start);
    publisher = connect(port, "pub");
  }

  private String answer() throws IOException {
    String line = answers.readLine();
    while (line != null && !line.matches("\\d+")) {
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

  private static void subscribe(SocketChannel channel, String syms) throws IOException {
    String call = ".u.sub[`readings;" + syms + "]";
    ByteBuffer message = ByteBuffer.allocate(8 + 6 + call.length());
    message.order(ByteOrder.LITTLE_ENDIAN).put(new byte[] {1, 1, 0, 0}).putInt(message.capacity());
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

  private long allocatedBytes() throws IOException {
    process.getOutputStream().write('\n');
    process.getOutputStream().flush();
    return Long.parseLong(answer());
  }

  @Override
  public Sample run(Load load, int messages) throws IOException {
    long window = Math.max(load.count(), WINDOW_BYTES / load.bytesPerMessage());
    long before = received();
    for (Reader reader : readers) {
      reader.latency = null;
    }
    long allocated = allocatedBytes();
    Duration cpu = ProcessorTime.of(process.pid());
    long startedAt = System.nanoTime();
    int sent = 0;
    while (sent < messages) {
      awaitReceived(before + sent + load.count() - window);
      int count = Math.min(load.count(), messages - sent);
      ByteBuffer bytes = load.first(count);
      while (bytes.hasRemaining()) {
        publisher.write(bytes);
      }
      sent += count;
    }
    awaitReceived(before + messages);
    double seconds = (System.nanoTime() - startedAt) / 1e9;
    return new Sample(
        messages / seconds,
        ProcessorTime.of(process.pid()).minus(cpu).toNanos() / 1e3 / messages,
        (double) (allocatedBytes() - allocated) / messages);
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

  @Override
  public double[] paced(int rate) throws IOException {
    int count = Load.PACED_SECONDS * rate;
    byte[] frame = Load.paced();
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
    return Driven.quantiles(latency);
  }

  @Override
  public void close() throws IOException {
    publisher.close();
    for (Reader reader : readers) {
      reader.close();
    }
    for (Reader reader : others) {
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
