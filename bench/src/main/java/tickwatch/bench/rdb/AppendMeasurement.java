package tickwatch.bench.rdb;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import java.util.Arrays;
import tickwatch.ipc.codec.MessageType;
import tickwatch.ipc.codec.ValueDecoder;
import tickwatch.ipc.codec.ValueEncoder;
import tickwatch.ipc.value.ListVector;
import tickwatch.ipc.value.SymbolAtom;
import tickwatch.ipc.value.Table;
import tickwatch.rdb.store.GrowingTable;
import tickwatch.rdb.store.Retention;

/**
 * How many rows a second does a table of the rdb take, beside plain arrays that are large enough
 * from the start?
 *
 * <p>Rows of time, sym (100) and 8 floats, decoded before, 1, 100 and 1,000 a message; the writer
 * publishes after every message, or after 64 kB of them as a busy socket brings; the last way
 * decodes each message from its bytes before. The floor copies the same columns, symbols as ints,
 * into arrays. Rounds are interleaved; medians of 9 after 4 for warm-up. Unit: million rows a
 * second of the writer's CPU time.
 *
 * <pre>
 *   java -XX:+UseSerialGC -Xmx4g -cp … tickwatch.bench.rdb.AppendMeasurement
 * </pre>
 */
public final class AppendMeasurement {
  private static final int ROWS = 2_000_000;
  private static final int POOL = 2_000_000;
  private static final int WARM_UP = 4;
  private static final int ROUNDS = 9;
  private static final int WIRE_BYTES_A_ROW = 82;

  private final Readings readings = new Readings(POOL / 10);

  private AppendMeasurement() {}

  public static void main(String[] args) {
    AppendMeasurement measurement = new AppendMeasurement();
    System.out.printf(
        "%-8s %22s %22s %22s %22s %8s%n",
        "batch", "floor", "publish each", "publish 64 kB", "decode + append", "ratio");
    for (int batch : new int[] {1, 10, 100, 1_000}) {
      measurement.measure(batch);
    }
  }

  private void measure(int batch) {
    // A few messages that come again and again, as fresh in the cache as decoded ones.
    Table[] messages = new Table[Math.max(2, Math.min(128, 1_600 / batch))];
    for (int i = 0; i < messages.length; i++) {
      messages[i] = readings.rows(i * batch, batch);
    }
    int perRead = Math.max(1, 65_536 / (batch * WIRE_BYTES_A_ROW));
    double[] floor = new double[ROUNDS];
    double[] each = new double[ROUNDS];
    double[] perSocketRead = new double[ROUNDS];
    double[] decoded = new double[ROUNDS];
    ByteBuf[] frames = frames(messages);
    for (int round = -WARM_UP; round < ROUNDS; round++) {
      double floorRate = floorRate(messages, batch);
      double eachRate = tableRate(messages, batch, 1);
      double readRate = tableRate(messages, batch, perRead);
      double decodedRate = decodedRate(frames, batch, perRead);
      if (round >= 0) {
        floor[round] = floorRate;
        each[round] = eachRate;
        perSocketRead[round] = readRate;
        decoded[round] = decodedRate;
      }
    }
    System.out.printf(
        "%-8d %22s %22s %22s %22s %8.2f%n",
        batch,
        summary(floor),
        summary(each),
        summary(perSocketRead),
        summary(decoded),
        median(perSocketRead) / median(floor));
  }

  private static double tableRate(Table[] messages, int batch, int publishEvery) {
    GrowingTable table = new GrowingTable(Readings.NAMES, Readings.TYPES, Retention.ALL);
    int count = ROWS / batch;
    long start = CpuTime.nanos();
    for (int i = 0; i < count; i++) {
      table.append(messages[i % messages.length]);
      if (i % publishEvery == 0) {
        table.publish();
      }
    }
    table.publish();
    long nanos = CpuTime.nanos() - start;
    if (table.rowCount() != count * batch) {
      throw new AssertionError(table.rowCount());
    }
    return 1e3 * count * batch / nanos;
  }

  /** As the tickerplant sends them: {@code (`upd;`readings;table)}. */
  private static ByteBuf[] frames(Table[] messages) {
    ByteBuf[] frames = new ByteBuf[messages.length];
    for (int i = 0; i < frames.length; i++) {
      frames[i] = Unpooled.directBuffer();
      ValueEncoder.encodeMessage(
          MessageType.ASYNC,
          ListVector.of(new SymbolAtom("upd"), new SymbolAtom("readings"), messages[i]),
          3,
          frames[i]);
    }
    return frames;
  }

  private static double decodedRate(ByteBuf[] frames, int batch, int publishEvery) {
    GrowingTable table = new GrowingTable(Readings.NAMES, Readings.TYPES, Retention.ALL);
    ValueDecoder decoder = new ValueDecoder();
    int count = ROWS / batch;
    long start = CpuTime.nanos();
    for (int i = 0; i < count; i++) {
      ByteBuf frame = frames[i % frames.length];
      frame.readerIndex(0);
      ListVector message = (ListVector) decoder.decodeMessage(frame);
      table.append((Table) message.get(2));
      if (i % publishEvery == 0) {
        table.publish();
      }
    }
    table.publish();
    long nanos = CpuTime.nanos() - start;
    if (table.rowCount() != count * batch) {
      throw new AssertionError(table.rowCount());
    }
    return 1e3 * count * batch / nanos;
  }

  private double floorRate(Table[] messages, int batch) {
    long[] time = new long[ROWS];
    int[] sym = new int[ROWS];
    double[][] channels = new double[Readings.CHANNELS][ROWS];
    int count = ROWS / batch;
    long start = CpuTime.nanos();
    int at = 0;
    for (int i = 0; i < count; i++) {
      int from = i % messages.length * batch;
      if (batch == 1) {
        time[at] = readings.time[from];
        sym[at] = readings.sym[from];
        for (int channel = 0; channel < Readings.CHANNELS; channel++) {
          channels[channel][at] = readings.channels[channel][from];
        }
      } else {
        System.arraycopy(readings.time, from, time, at, batch);
        System.arraycopy(readings.sym, from, sym, at, batch);
        for (int channel = 0; channel < Readings.CHANNELS; channel++) {
          System.arraycopy(readings.channels[channel], from, channels[channel], at, batch);
        }
      }
      at += batch;
    }
    long nanos = CpuTime.nanos() - start;
    if (time[at - 1] == 0 || sym[at / 2] < 0) {
      throw new AssertionError();
    }
    return 1e3 * count * batch / nanos;
  }

  private static double median(double[] items) {
    double[] sorted = items.clone();
    Arrays.sort(sorted);
    return sorted[sorted.length / 2];
  }

  private static String summary(double[] items) {
    double[] sorted = items.clone();
    Arrays.sort(sorted);
    return String.format("%.1f (%.1f-%.1f)", median(sorted), sorted[0], sorted[sorted.length - 1]);
  }
}
