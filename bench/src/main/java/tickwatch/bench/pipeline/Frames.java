package tickwatch.bench.pipeline;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import tickwatch.ipc.codec.MessageType;
import tickwatch.ipc.codec.ValueEncoder;
import tickwatch.ipc.value.FloatAtom;
import tickwatch.ipc.value.FloatVector;
import tickwatch.ipc.value.ListVector;
import tickwatch.ipc.value.LongAtom;
import tickwatch.ipc.value.LongVector;
import tickwatch.ipc.value.QType;
import tickwatch.ipc.value.SymbolAtom;
import tickwatch.ipc.value.SymbolVector;
import tickwatch.ipc.value.Value;

/**
 * Messages {@code (`.u.upd; table; rows)}: atoms for one row, columns for more, as feeds send them.
 */
public final class Frames {
  /** A time that stands nowhere else in a message, so that its place can be found. */
  private static final long PLACEHOLDER = 0x1122334455667788L;

  private Frames() {}

  /** A message of rows at one time. */
  public static byte[] of(String table, long time, String[] syms, double[][] channels) {
    return encoded(
        ListVector.of(new SymbolAtom(".u.upd"), new SymbolAtom(table), rows(time, syms, channels)));
  }

  /**
   * A message of rows by a publisher with a name, {@code (`.u.updn; name; number; table; rows)},
   * whose number is to be written into {@link #placeOfNumber}.
   */
  public static byte[] numbered(
      String publisher, String table, long time, String[] syms, double[][] channels) {
    return encoded(
        ListVector.of(
            new SymbolAtom(".u.updn"),
            new SymbolAtom(publisher),
            new LongAtom(QType.LONG, PLACEHOLDER),
            new SymbolAtom(table),
            rows(time, syms, channels)));
  }

  /** A message of rows without their time. */
  public static byte[] timeless(String table, String[] syms, double[][] channels) {
    Value[] items = ((ListVector) rows(0, syms, channels)).toArray();
    return encoded(
        ListVector.of(
            new SymbolAtom(".u.upd"),
            new SymbolAtom(table),
            ListVector.of(Arrays.copyOfRange(items, 1, items.length))));
  }

  private static Value rows(long time, String[] syms, double[][] channels) {
    int rows = syms.length;
    List<Value> columns = new ArrayList<>();
    if (rows == 1) {
      columns.add(new LongAtom(QType.TIMESTAMP, time));
      columns.add(new SymbolAtom(syms[0]));
      for (double[] channel : channels) {
        columns.add(FloatAtom.of(channel[0]));
      }
    } else {
      long[] times = new long[rows];
      Arrays.fill(times, time);
      columns.add(LongVector.of(QType.TIMESTAMP, times));
      columns.add(SymbolVector.of(syms));
      for (double[] channel : channels) {
        columns.add(FloatVector.of(QType.FLOAT, channel));
      }
    }
    return ListVector.of(columns.toArray(Value[]::new));
  }

  private static byte[] encoded(Value message) {
    ByteBuf out = Unpooled.buffer();
    ValueEncoder.encodeMessage(MessageType.ASYNC, message, 3, out);
    byte[] bytes = new byte[out.readableBytes()];
    out.readBytes(bytes);
    return bytes;
  }

  /** A one-row message whose time is to be written into {@link #placeOfTime}. */
  public static byte[] oneRow(String table, String sym, double[] values) {
    double[][] channels = new double[values.length][];
    for (int i = 0; i < values.length; i++) {
      channels[i] = new double[] {values[i]};
    }
    return of(table, PLACEHOLDER, new String[] {sym}, channels);
  }

  /** Where the time of {@link #oneRow} is to be written. */
  public static int placeOfTime(byte[] frame) {
    return placeOf(frame);
  }

  /** Where the number of {@link #numbered} is to be written. */
  public static int placeOfNumber(byte[] frame) {
    return placeOf(frame);
  }

  private static int placeOf(byte[] frame) {
    for (int at = 0; at + 8 <= frame.length; at++) {
      if (java.nio.ByteBuffer.wrap(frame).order(java.nio.ByteOrder.LITTLE_ENDIAN).getLong(at)
          == PLACEHOLDER) {
        return at;
      }
    }
    throw new IllegalArgumentException("no placeholder in the frame");
  }
}
