package tickwatch.tick;

import static org.assertj.core.api.Assertions.assertThat;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.ByteBufUtil;
import io.netty.buffer.Unpooled;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.ArrayList;
import java.util.List;
import java.util.SplittableRandom;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import tickwatch.ipc.codec.ValueEncoder;
import tickwatch.ipc.value.FloatVector;
import tickwatch.ipc.value.ListVector;
import tickwatch.ipc.value.LongVector;
import tickwatch.ipc.value.QType;
import tickwatch.ipc.value.SymbolAtom;
import tickwatch.ipc.value.SymbolVector;
import tickwatch.ipc.value.Table;
import tickwatch.ipc.value.Value;
import tickwatch.ipc.value.Vector;

class RowSpaceTest {
  private static final int CHUNK = 16;

  private static final TableSchema TICKS =
      new TableSchema(
          "ticks",
          List.of("time", "sym", "price"),
          List.of(QType.TIMESTAMP, QType.SYMBOL, QType.FLOAT),
          0);

  private static final TableSchema OTHERS =
      new TableSchema("others", List.of("time", "sym"), List.of(QType.TIMESTAMP, QType.SYMBOL), 0);

  /** Chunks of a few rows, whose end a message often lies across, and domains that change. */
  private static final class Store implements TickListener, RowSpace {
    private final List<List<Object>> ticks = new ArrayList<>();
    private final List<Upd> others = new ArrayList<>();
    private long[] time = new long[CHUNK];
    private int[] sym = new int[CHUNK];
    private double[] price = new double[CHUNK];
    private List<String> names = new ArrayList<>();
    private int first;
    private int putRows;

    @Override
    public void subscribed(Schema schema) {}

    @Override
    public void reset(String why) {}

    @Override
    public @Nullable RowSpace space(TableSchema table) {
      return table.name().equals("ticks") ? this : null;
    }

    @Override
    public void upd(Upd upd, boolean replayed) {
      if (upd.table().equals("others")) {
        others.add(upd);
        return;
      }
      List<Vector> columns = upd.rows().columns();
      for (int row = 0; row < upd.rows().rowCount(); row++) {
        ticks.add(
            List.of(
                ((LongVector) columns.get(0)).get(row),
                ((SymbolVector) columns.get(1)).get(row),
                ((FloatVector) columns.get(2)).get(row)));
      }
    }

    @Override
    public void put(String table, int rows) {
      for (int row = first; row < first + rows; row++) {
        ticks.add(List.of(time[row], names.get(sym[row]), price[row]));
      }
      first += rows;
      putRows += rows;
      if (ticks.size() % 7 == 0) {
        names = new ArrayList<>(List.of("unused"));
      }
    }

    @Override
    public int open(int rows) {
      if (first == CHUNK) {
        time = new long[CHUNK];
        sym = new int[CHUNK];
        price = new double[CHUNK];
        first = 0;
      }
      return CHUNK - first;
    }

    @Override
    public int first() {
      return first;
    }

    @Override
    public Object items(int column) {
      return column == 0 ? time : column == 1 ? sym : price;
    }

    @Override
    public int code(int column, String name) {
      if (!names.contains(name)) {
        names.add(name);
      }
      return names.indexOf(name);
    }

    @Override
    public Object codesOf(int column) {
      return names;
    }
  }

  private final Store store = new Store();
  private final UpdAssembler assembler =
      new UpdAssembler(Schema.of(List.of(TICKS, OTHERS)), store::space);

  private static Table ticks(SplittableRandom random, int count) {
    String[] names = new String[count];
    for (int row = 0; row < count; row++) {
      names[row] = "s".repeat(random.nextInt(20)) + random.nextInt(9);
    }
    return new Table(
        TICKS.columns(),
        List.of(
            LongVector.of(QType.TIMESTAMP, random.longs(count).toArray()),
            SymbolVector.of(names),
            FloatVector.of(QType.FLOAT, random.doubles(count).toArray())));
  }

  private static ByteBuf logged(String table, Table rows) {
    ByteBuf out = Unpooled.buffer();
    ValueEncoder.encode(
        ListVector.of(
            new SymbolAtom("upd"),
            new SymbolAtom(table),
            ListVector.of(rows.columns().toArray(Value[]::new))),
        out);
    return out;
  }

  /** What the subscriber does with the messages of a piece of a log. */
  private int add(ByteBuffer bytes, int end) {
    int at = 0;
    while (at < end) {
      int rows = assembler.lookAtLogged(bytes, at, end);
      if (rows < 0) {
        return at;
      }
      if (!assembler.fits(rows)) {
        deliver();
      }
      int next = assembler.addNext(bytes, end, rows);
      if (next < 0) {
        return at;
      }
      at = rows == 1 ? assembler.addRun(bytes, next, end, Long.MAX_VALUE) : next;
    }
    return at;
  }

  private void deliver() {
    while (assembler.messages() > 0) {
      assembler.deliver(store, true);
    }
  }

  @Test
  void rowsPutIntoASpaceAreThoseOfTheMessagesInOrder() {
    long seed = 11;
    SplittableRandom random = new SplittableRandom(seed);
    Store expected = new Store();
    int rows = 0;
    for (int round = 0; round < 2_000; round++) {
      ByteBuf log = Unpooled.buffer();
      for (int message = random.nextInt(12); message > 0; message--) {
        if (random.nextInt(6) == 0) {
          Table others = ticks(random, 1 + random.nextInt(3));
          Table some = new Table(OTHERS.columns(), others.columns().subList(0, 2));
          expected.upd(new Upd("others", some), true);
          log.writeBytes(logged("others", some));
        } else {
          Table some = ticks(random, random.nextBoolean() ? 1 : random.nextInt(2 * CHUNK));
          expected.upd(new Upd("ticks", some), true);
          log.writeBytes(logged("ticks", some));
        }
      }
      // What is not all there in one piece comes again, whole, in the next.
      ByteBuffer bytes = ByteBuffer.wrap(ByteBufUtil.getBytes(log)).order(ByteOrder.LITTLE_ENDIAN);
      int cut = random.nextInt(bytes.capacity() + 1);
      int taken = add(bytes, cut);
      deliver();
      ByteBuffer rest = bytes.slice(taken, bytes.capacity() - taken).order(ByteOrder.LITTLE_ENDIAN);
      assertThat(add(rest, rest.capacity())).isEqualTo(rest.capacity());
      deliver();
      assertThat(store.ticks).as("seed %d round %d", seed, round).isEqualTo(expected.ticks);
      rows += store.ticks.size();
      store.ticks.clear();
      expected.ticks.clear();
    }
    assertThat(store.others.stream().mapToInt(upd -> upd.rows().rowCount()).sum())
        .isEqualTo(expected.others.stream().mapToInt(upd -> upd.rows().rowCount()).sum());
    assertThat(store.putRows).isBetween(1, rows - 1);
  }

  @Test
  void aMessageThatDoesNotFitItsTableLeavesTheSpaceToOthers() {
    SplittableRandom random = new SplittableRandom(12);
    ByteBuffer bad =
        ByteBuffer.wrap(ByteBufUtil.getBytes(logged("ticks", ticks(random, 3))))
            .order(ByteOrder.LITTLE_ENDIAN);
    bad.put(bad.capacity() - 3 * Double.BYTES - 6, (byte) 7);
    Table good = ticks(random, 2);

    assertThat(add(bad, bad.capacity())).isZero();
    assertThat(assembler.messages()).isZero();
    store.open(1);
    store.time[0] = 1;
    store.sym[0] = store.code(1, "elsewhere");
    store.put("ticks", 1);
    ByteBuffer next =
        ByteBuffer.wrap(ByteBufUtil.getBytes(logged("ticks", good))).order(ByteOrder.LITTLE_ENDIAN);
    assertThat(add(next, next.capacity())).isEqualTo(next.capacity());
    deliver();

    Store expected = new Store();
    expected.upd(new Upd("ticks", good), true);
    assertThat(store.ticks).hasSize(3);
    assertThat(store.ticks.subList(1, 3)).isEqualTo(expected.ticks);
  }
}
