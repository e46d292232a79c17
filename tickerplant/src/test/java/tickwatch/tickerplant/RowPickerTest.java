package tickwatch.tickerplant;

import static org.assertj.core.api.Assertions.assertThat;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.ByteBufUtil;
import io.netty.buffer.Unpooled;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.SplittableRandom;
import org.junit.jupiter.api.Test;
import tickwatch.ipc.codec.ValueDecoder;
import tickwatch.ipc.codec.ValueEncoder;
import tickwatch.ipc.value.ByteVector;
import tickwatch.ipc.value.FloatVector;
import tickwatch.ipc.value.GuidVector;
import tickwatch.ipc.value.IntVector;
import tickwatch.ipc.value.ListVector;
import tickwatch.ipc.value.LongAtom;
import tickwatch.ipc.value.LongVector;
import tickwatch.ipc.value.QType;
import tickwatch.ipc.value.ShortVector;
import tickwatch.ipc.value.SymbolVector;
import tickwatch.ipc.value.Table;
import tickwatch.ipc.value.Value;
import tickwatch.tick.Schema;
import tickwatch.tick.SymSelection;

/** Selecting rows of decoded columns, and encoding them, is the oracle. */
class RowPickerTest {
  private static final int START = 5;

  private final PublishedTable table =
      new PublishedTable(
          Schema.parse(
                  "t:([]time:`timestamp$();sym:`symbol$();a:`float$();b:`int$();c:`guid$();"
                      + "d:`short$();e:`boolean$();ex:`symbol$();any:();text:())",
                  "test")
              .tables()
              .iterator()
              .next());

  private static Value untyped(SplittableRandom random, int rows) {
    if (random.nextInt(3) == 0) {
      return LongVector.of(QType.LONG, random.longs(rows).toArray());
    }
    if (random.nextInt(3) == 0) {
      return syms(random, rows);
    }
    Value[] items = new Value[rows];
    Arrays.setAll(
        items,
        row ->
            switch (random.nextInt(4)) {
              case 0 -> new LongAtom(QType.LONG, row);
              case 1 -> ByteVector.string("x".repeat(random.nextInt(9)));
              case 2 -> ListVector.of(syms(random, 2), FloatVector.of(QType.FLOAT, 1));
              default -> new Table(List.of("a"), List.of(syms(random, 1)));
            });
    return ListVector.of(items);
  }

  private static SymbolVector syms(SplittableRandom random, int count) {
    String[] syms = new String[count];
    Arrays.setAll(syms, row -> "s".repeat(random.nextInt(20)) + random.nextInt(4));
    return SymbolVector.of(syms);
  }

  private static ListVector columns(SplittableRandom random, int rows) {
    byte[] flags = new byte[rows];
    short[] shorts = new short[rows];
    for (int row = 0; row < rows; row++) {
      flags[row] = (byte) random.nextInt(2);
      shorts[row] = (short) random.nextInt();
    }
    return ListVector.of(
        LongVector.of(QType.TIMESTAMP, random.longs(rows).toArray()),
        syms(random, rows),
        FloatVector.of(QType.FLOAT, random.doubles(rows).toArray()),
        IntVector.of(QType.INT, random.ints(rows).toArray()),
        GuidVector.of(LongVector.of(QType.LONG, random.longs(2L * rows).toArray())),
        ShortVector.of(shorts),
        ByteVector.of(QType.BOOLEAN, flags),
        syms(random, rows),
        untyped(random, rows),
        untyped(random, rows));
  }

  private static byte[] encoded(Value value) {
    ByteBuf out = Unpooled.buffer();
    ValueEncoder.encode(value, out);
    return ByteBufUtil.getBytes(out);
  }

  private static ByteBuffer view(byte[] columns) {
    return ByteBuffer.allocateDirect(START + columns.length)
        .order(ByteOrder.LITTLE_ENDIAN)
        .put(START, columns);
  }

  @Test
  void pickedRowsHaveTheBytesOfRowsThatWereSelectedAndEncoded() {
    RowPicker picker = new RowPicker();
    int picks = 0;
    for (int round = 0; round < 300; round++) {
      SplittableRandom random = new SplittableRandom(round);
      int rows = 1 + random.nextInt(40);
      byte[] columns = encoded(columns(random, rows));
      Table all = table.decode(new ValueDecoder(), Unpooled.wrappedBuffer(columns));
      Set<String> wanted = new HashSet<>(List.of(syms(random, 20).toArray()));

      picker.take(table, view(columns), START, START + columns.length);
      SymFilter filter = SymFilter.of(wanted.toArray(String[]::new));
      int[] picked = new int[rows];
      int count = 0;
      for (int row = 0; row < picker.rows(); row++) {
        if (picker.ofSym(filter.index(), row) != null) {
          picked[count++] = row;
        }
      }
      ByteBuffer out =
          ByteBuffer.allocate(picker.length(picked, count)).order(ByteOrder.LITTLE_ENDIAN);
      picker.write(picked, count, out, 0);

      Table selected = SymSelection.select(all, wanted);
      byte[] expected = encoded(ListVector.of(selected.columns().toArray(Value[]::new)));
      assertThat(out.array()).as("round %d", round).isEqualTo(expected);
      picks += count < rows && count > 0 ? 1 : 0;
    }
    assertThat(picks).isGreaterThan(100);
  }

  @Test
  void symsOfAnyLengthAreFoundWhereTheyLieAndOthersAreNot() {
    SplittableRandom random = new SplittableRandom(7);
    List<String> syms = new ArrayList<>();
    for (int sym = 0; sym < 3000; sym++) {
      byte[] name = new byte[random.nextInt(30)];
      for (int i = 0; i < name.length; i++) {
        name[i] = (byte) (1 + random.nextInt(sym % 3 == 0 ? 2 : 255));
      }
      syms.add(new String(name, StandardCharsets.ISO_8859_1));
    }
    Set<String> wanted = new HashSet<>(syms.subList(0, 1500));
    wanted.remove("");
    SymIndex<Boolean> index = SymFilter.of(wanted.toArray(String[]::new)).index();
    for (String sym : syms) {
      byte[] bytes = (sym + "\0").getBytes(StandardCharsets.ISO_8859_1);
      Boolean found = index.get(view(bytes), START, START + bytes.length);
      assertThat(found != null).as(sym).isEqualTo(wanted.contains(sym));
    }
  }
}
