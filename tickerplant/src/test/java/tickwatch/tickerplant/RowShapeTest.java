package tickwatch.tickerplant;

import static org.assertj.core.api.Assertions.assertThat;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.SplittableRandom;
import org.junit.jupiter.api.Test;
import tickwatch.ipc.codec.MessageType;
import tickwatch.ipc.codec.ValueEncoder;
import tickwatch.ipc.value.FloatAtom;
import tickwatch.ipc.value.IntAtom;
import tickwatch.ipc.value.ListVector;
import tickwatch.ipc.value.LongAtom;
import tickwatch.ipc.value.QType;
import tickwatch.ipc.value.SymbolAtom;
import tickwatch.ipc.value.Value;
import tickwatch.tick.Schema;
import tickwatch.tick.TableSchema;

/** {@link PublishedTable#writeRow}, which looks at every byte, is the oracle. */
class RowShapeTest {
  private static final int ROW_AT = 8 + 6 + 8 + 7;

  /** The time of rows that come without. */
  private static final long STAMP = 0x0102030405060708L;

  private final PublishedTable table =
      table(
          "trade:([]time:`timestamp$();sym:`symbol$();price:`float$();size:`int$();note:`symbol$())");

  private static PublishedTable table(String schema) {
    TableSchema of = Schema.parse(schema, "test").tables().iterator().next();
    return new PublishedTable(of);
  }

  private static ByteBuffer row(long time, String sym, double price, int size, String note) {
    return message(
        new LongAtom(QType.TIMESTAMP, time),
        new SymbolAtom(sym),
        FloatAtom.of(price),
        new IntAtom(QType.INT, size),
        new SymbolAtom(note));
  }

  private static ByteBuffer message(Value... atoms) {
    ByteBuf out = Unpooled.buffer();
    ValueEncoder.encodeMessage(
        MessageType.ASYNC,
        ListVector.of(new SymbolAtom(".u.upd"), new SymbolAtom("trade"), ListVector.of(atoms)),
        3,
        out);
    ByteBuffer bytes = direct(out.readableBytes());
    out.readBytes(bytes);
    return bytes.flip();
  }

  private static ByteBuffer direct(int capacity) {
    return ByteBuffer.allocateDirect(capacity).order(ByteOrder.LITTLE_ENDIAN);
  }

  private RowShape shapeOf(ByteBuffer message) {
    return new RowShape(table, null, message, 0, 0, ROW_AT);
  }

  private static final int START = 5;

  /** The message in an array, as shapes look at it. */
  private static byte[] inArray(ByteBuffer message) {
    byte[] bytes = new byte[START + message.limit() + RowShape.SLACK];
    Arrays.fill(bytes, (byte) 0x77);
    message.get(0, bytes, START, message.limit());
    return bytes;
  }

  /** What the log gets of a message, or nothing if it is none of the shape. */
  private static byte[] logged(RowShape shape, ByteBuffer message) {
    byte[] bytes = inArray(message);
    if (!shape.begins(bytes, START)) {
      return new byte[0];
    }
    byte[] out = new byte[3 + shape.mostMade(message.limit()) + RowShape.SLACK];
    int end = shape.write(bytes, START, message.limit(), 0, STAMP, out, 3);
    return end == RowShape.NOT_OF_THIS_SHAPE ? new byte[0] : Arrays.copyOfRange(out, 3, end);
  }

  /** What the log holds of a row, or nothing if it is none. */
  private byte[] oracle(ByteBuffer message) {
    ByteBuffer out = direct(table.logPrefix.length + table.rowRoom(message.limit()));
    out.put(0, table.logPrefix);
    int end = table.writeRow(message, ROW_AT, message.limit(), STAMP, out, table.logPrefix.length);
    byte[] log = new byte[Math.max(0, end)];
    out.get(0, log);
    return log;
  }

  @Test
  void aRowOfOtherValuesIsLoggedAsItWouldBeWithoutTheShape() {
    RowShape shape = shapeOf(row(1, "AAPL", 0.5, 7, "a note of some length"));
    ByteBuffer other = row(-2, "MSFT", Double.NaN, Integer.MIN_VALUE, "another, just as long");

    assertThat(logged(shape, other)).isEqualTo(oracle(other));
  }

  @Test
  void aRowWithoutItsTimeGetsOne() {
    RowShape shape = shapeOf(timeless("AAPL", 0.5, 7, "a note"));
    ByteBuffer other = timeless("MSFT", Double.NaN, Integer.MIN_VALUE, "");

    assertThat(logged(shape, other)).isEqualTo(oracle(other)).contains(8, 7, 6, 5, 4, 3, 2, 1);
    assertThat(logged(shape, row(1, "AAPL", 0.5, 7, "a note"))).isEmpty();
    assertThat(logged(shapeOf(row(1, "AAPL", 0.5, 7, "a note")), other)).isEmpty();
  }

  private static ByteBuffer timeless(String sym, double price, int size, String note) {
    return message(
        new SymbolAtom(sym),
        FloatAtom.of(price),
        new IntAtom(QType.INT, size),
        new SymbolAtom(note));
  }

  @Test
  void symsMayBeOfAnyLength() {
    RowShape shape = shapeOf(row(1, "AAPL", 0.5, 7, "abc"));
    for (int first = 0; first < 40; first++) {
      for (int second = 0; second < 40; second++) {
        ByteBuffer row = row(first, "s".repeat(first), 1.5, second, "n".repeat(second));
        assertThat(logged(shape, row)).isEqualTo(oracle(row));
      }
    }
  }

  @Test
  void whateverBytesAreChangedOnlyRowsAreTakenAndTheyAreLoggedAsEver() {
    SplittableRandom random = new SplittableRandom(1);
    ByteBuffer row = row(1, "AAPL", 0.5, 7, "a note that is long");
    RowShape shape = shapeOf(row);
    int taken = 0;
    for (int round = 0; round < 200_000; round++) {
      ByteBuffer mutated = direct(row.limit()).put(0, row, 0, row.limit());
      for (int changes = random.nextInt(3); changes >= 0; changes--) {
        byte change = random.nextBoolean() ? 0 : (byte) random.nextInt();
        mutated.put(random.nextInt(mutated.limit()), change);
      }
      byte[] logged = logged(shape, mutated);
      taken += logged.length > 0 ? 1 : 0;
      byte[] expected =
          Arrays.equals(startOf(mutated), startOf(row)) ? oracle(mutated) : new byte[0];
      assertThat(logged).isEqualTo(expected);
    }
    assertThat(taken).isBetween(10_000, 190_000);
  }

  @Test
  void aMessageCutOffAnywhereIsNoRow() {
    ByteBuffer row = row(1, "AAPL", 0.5, 7, "a note");
    RowShape shape = shapeOf(row);
    byte[] bytes = inArray(row);
    byte[] out = new byte[shape.mostMade(row.limit()) + RowShape.SLACK];
    for (int length = 0; length < row.limit(); length++) {
      assertThat(shape.write(bytes, START, length, 0, 0, out, 0))
          .isEqualTo(RowShape.NOT_OF_THIS_SHAPE);
    }
  }

  /** Everything before the first atom, but the length. */
  private static byte[] startOf(ByteBuffer message) {
    byte[] start = new byte[ROW_AT + 6];
    message.get(0, start);
    Arrays.fill(start, 4, 8, (byte) 0);
    return start;
  }

  @Test
  void everyWidthOfValueIsMoved() {
    PublishedTable wide =
        table(
            "trade:([]time:`timestamp$();sym:`symbol$();a:`boolean$();b:`guid$();c:`short$();"
                + "d:`real$();e:`byte$();f:`char$();g:`minute$();h:`date$())");
    SplittableRandom random = new SplittableRandom(2);
    List<byte[]> logs = new ArrayList<>();
    ByteBuffer first = wideRow(random);
    RowShape shape = new RowShape(wide, null, first, 0, 0, ROW_AT);
    for (int row = 0; row < 100; row++) {
      ByteBuffer next = wideRow(random);
      ByteBuffer out = direct(wide.logPrefix.length + wide.rowRoom(next.limit()));
      out.put(0, wide.logPrefix);
      int end = wide.writeRow(next, ROW_AT, next.limit(), STAMP, out, wide.logPrefix.length);
      byte[] expected = new byte[end];
      out.get(0, expected);
      assertThat(logged(shape, next)).isEqualTo(expected);
      logs.add(expected);
    }
    assertThat(logs.get(1)).isNotEqualTo(logs.get(0));
  }

  private static ByteBuffer wideRow(SplittableRandom random) {
    ByteBuffer message = direct(256);
    message.put(0, message(new LongAtom(QType.TIMESTAMP, random.nextLong())), 0, ROW_AT + 15);
    message.putInt(ROW_AT + 2, 10).position(ROW_AT + 15);
    message.put((byte) -11).put((byte) ('a' + random.nextInt(26))).put((byte) 0);
    int[] types = {1, 2, 5, 8, 4, 10, 17, 14};
    int[] widths = {1, 16, 2, 4, 1, 1, 4, 4};
    for (int column = 0; column < types.length; column++) {
      message.put((byte) -types[column]);
      for (int i = 0; i < widths[column]; i++) {
        message.put((byte) random.nextInt());
      }
    }
    return message.putInt(4, message.position()).flip();
  }
}
