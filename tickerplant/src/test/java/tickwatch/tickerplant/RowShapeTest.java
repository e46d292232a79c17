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
    return RowShape.of(table, null, message, 0, 0, ROW_AT, message.limit());
  }

  private static final int START = 5;

  /** The message in an array, as shapes look at it. */
  private static byte[] inArray(ByteBuffer message) {
    byte[] bytes = new byte[START + message.limit() + RowShape.SLACK];
    Arrays.fill(bytes, (byte) 0x77);
    message.get(0, bytes, START, message.limit());
    return bytes;
  }

  private static boolean fits(RowShape shape, ByteBuffer message) {
    return shape.fits(inArray(message), START);
  }

  private static byte[] logged(RowShape shape, ByteBuffer message) {
    byte[] out = new byte[3 + shape.logLength() + RowShape.SLACK];
    shape.write(inArray(message), START, 0, out, 3);
    return Arrays.copyOfRange(out, 3, 3 + shape.logLength());
  }

  /** What the log holds of a row, or nothing if it is none. */
  private byte[] oracle(ByteBuffer message) {
    ByteBuffer out = direct(table.logPrefix.length + table.rowRoom(message.limit()));
    out.put(0, table.logPrefix);
    int end = table.writeRow(message, ROW_AT, message.limit(), out, table.logPrefix.length);
    byte[] log = new byte[Math.max(0, end)];
    out.get(0, log);
    return log;
  }

  @Test
  void aRowOfOtherValuesFitsAndIsLoggedAsItWouldBeWithoutTheShape() {
    RowShape shape = shapeOf(row(1, "AAPL", 0.5, 7, "a note of some length"));
    ByteBuffer other = row(-2, "MSFT", Double.NaN, Integer.MIN_VALUE, "another, just as long");

    assertThat(fits(shape, other)).isTrue();
    assertThat(logged(shape, other)).isEqualTo(oracle(other));
  }

  @Test
  void aSymOfOtherLengthDoesNotFitThoughTheMessageIsAsLong() {
    RowShape shape = shapeOf(row(1, "AAPL", 0.5, 7, "abc"));
    ByteBuffer other = row(1, "IBM", 0.5, 7, "abcd");

    assertThat(other.limit()).isEqualTo(shape.length);
    assertThat(fits(shape, other)).isFalse();
  }

  @Test
  void emptySymsAreAShapeToo() {
    RowShape shape = shapeOf(row(1, "", 0.5, 7, ""));
    ByteBuffer other = row(2, "", 1.5, 8, "");

    assertThat(fits(shape, other)).isTrue();
    assertThat(logged(shape, other)).isEqualTo(oracle(other));
  }

  @Test
  void whateverBytesAreChangedOnlyRowsFitAndTheyAreLoggedAsEver() {
    SplittableRandom random = new SplittableRandom(1);
    RowShape shape = shapeOf(row(1, "AAPL", 0.5, 7, "a note that is long"));
    ByteBuffer row = row(1, "AAPL", 0.5, 7, "a note that is long");
    int fitting = 0;
    for (int round = 0; round < 200_000; round++) {
      ByteBuffer mutated = direct(row.limit()).put(0, row, 0, row.limit());
      for (int changes = random.nextInt(3); changes >= 0; changes--) {
        byte change = random.nextBoolean() ? 0 : (byte) random.nextInt();
        mutated.put(random.nextInt(mutated.limit()), change);
      }
      if (fits(shape, mutated)) {
        fitting++;
        assertThat(startOf(mutated)).isEqualTo(startOf(row));
        assertThat(logged(shape, mutated)).isEqualTo(oracle(mutated));
      } else if (Arrays.equals(startOf(mutated), startOf(row))) {
        // Whatever else it is, it is no row whose syms are as long.
        assertThat(oracle(mutated).length == shape.logLength() && sameHeads(mutated)).isFalse();
      }
    }
    assertThat(fitting).isBetween(10_000, 190_000);
  }

  /** Everything before the row. */
  private static byte[] startOf(ByteBuffer message) {
    byte[] start = new byte[ROW_AT];
    message.get(0, start);
    return start;
  }

  /** Whether the first sym is as long as in the shape, if this is a row. */
  private static boolean sameHeads(ByteBuffer message) {
    int sym = ROW_AT + 6 + 9 + 1;
    for (int i = 0; i < 4; i++) {
      if (message.get(sym + i) == 0) {
        return false;
      }
    }
    return message.get(sym + 4) == 0;
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
    RowShape shape = RowShape.of(wide, null, first, 0, 0, ROW_AT, first.limit());
    for (int row = 0; row < 100; row++) {
      ByteBuffer next = wideRow(random);
      assertThat(fits(shape, next)).isTrue();
      ByteBuffer out = direct(wide.logPrefix.length + wide.rowRoom(next.limit()));
      out.put(0, wide.logPrefix);
      int end = wide.writeRow(next, ROW_AT, next.limit(), out, wide.logPrefix.length);
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
