package tickwatch.bench.ipc;

import com.kx.c;
import io.netty.buffer.ByteBuf;
import io.netty.buffer.ByteBufUtil;
import io.netty.buffer.Unpooled;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Random;
import tickwatch.ipc.codec.MessageType;
import tickwatch.ipc.codec.ValueEncoder;
import tickwatch.ipc.value.ByteVector;
import tickwatch.ipc.value.Epoch;
import tickwatch.ipc.value.FloatAtom;
import tickwatch.ipc.value.FloatVector;
import tickwatch.ipc.value.ListVector;
import tickwatch.ipc.value.LongAtom;
import tickwatch.ipc.value.LongVector;
import tickwatch.ipc.value.QType;
import tickwatch.ipc.value.SymbolAtom;
import tickwatch.ipc.value.SymbolVector;
import tickwatch.ipc.value.Table;
import tickwatch.ipc.value.Value;
import tickwatch.ipc.value.Vector;

/**
 * The messages that both codecs are given, each in its own terms: rows of {@code time} (timestamp),
 * {@code sym} (one of 100, 6 bytes) and 8 floats, 83 bytes on the wire.
 */
final class Messages {
  static final int ROWS = 1000;

  private static final int SYMS = 100;
  private static final int FLOATS = 8;
  private static final Instant START = Instant.parse("2026-01-05T09:30:00Z");

  private final Instant[] times = new Instant[ROWS];
  private final String[] syms = new String[ROWS];
  private final double[][] floats = new double[FLOATS][ROWS];

  Messages() {
    Random random = new Random(20260105);
    for (int row = 0; row < ROWS; row++) {
      times[row] = START.plusNanos(1_000_003L * row);
      syms[row] = String.format("sym%03d", random.nextInt(SYMS));
      for (double[] column : floats) {
        column[row] = random.nextGaussian();
      }
    }
  }

  /** A table of {@link #ROWS} rows. */
  Value table() {
    List<String> names = new ArrayList<>(List.of("time", "sym"));
    long[] nanos = Arrays.stream(times).mapToLong(Epoch::timestampOf).toArray();
    List<Vector> columns =
        new ArrayList<>(List.of(LongVector.of(QType.TIMESTAMP, nanos), SymbolVector.of(syms)));
    for (int i = 0; i < FLOATS; i++) {
      names.add("f" + i);
      columns.add(FloatVector.of(QType.FLOAT, floats[i].clone()));
    }
    return new Table(names, columns);
  }

  /** What a feed sends for one row: {@code (".u.upd";`readings;(time;sym;f0;...;f7))}. */
  Value row() {
    Value[] items = new Value[2 + FLOATS];
    items[0] = new LongAtom(QType.TIMESTAMP, Epoch.timestampOf(times[0]));
    items[1] = new SymbolAtom(syms[0]);
    for (int i = 0; i < FLOATS; i++) {
      items[2 + i] = FloatAtom.of(floats[i][0]);
    }
    return ListVector.of(
        ByteVector.string(".u.upd"), new SymbolAtom("readings"), ListVector.of(items));
  }

  Object tableForJavakdb() {
    String[] names = new String[2 + FLOATS];
    Object[] columns = new Object[2 + FLOATS];
    names[0] = "time";
    columns[0] = times;
    names[1] = "sym";
    columns[1] = syms;
    for (int i = 0; i < FLOATS; i++) {
      names[2 + i] = "f" + i;
      columns[2 + i] = floats[i];
    }
    return new c.Flip(new c.Dict(names, columns));
  }

  Object rowForJavakdb() {
    Object[] items = new Object[2 + FLOATS];
    items[0] = times[0];
    items[1] = syms[0];
    for (int i = 0; i < FLOATS; i++) {
      items[2 + i] = floats[i][0];
    }
    return new Object[] {".u.upd".toCharArray(), "readings", items};
  }

  /** The message as kdb+ would send it, little-endian. */
  static byte[] littleEndian(Value value) {
    ByteBuf out = Unpooled.buffer();
    ValueEncoder.encodeMessage(MessageType.ASYNC, value, ValueEncoder.CAPABILITY, out);
    return ByteBufUtil.getBytes(out);
  }

  /** The message as javakdb sends it, big-endian. */
  static byte[] bigEndian(Object value) {
    try {
      return new c().serialize(0, value, false);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }
}
