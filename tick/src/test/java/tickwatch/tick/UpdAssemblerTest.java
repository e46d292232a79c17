package tickwatch.tick;

import static org.assertj.core.api.Assertions.assertThat;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.ByteBufUtil;
import io.netty.buffer.Unpooled;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.List;
import java.util.Objects;
import java.util.SplittableRandom;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import tickwatch.ipc.codec.MessageType;
import tickwatch.ipc.codec.ValueDecoder;
import tickwatch.ipc.codec.ValueEncoder;
import tickwatch.ipc.value.ByteVector;
import tickwatch.ipc.value.FloatVector;
import tickwatch.ipc.value.GuidVector;
import tickwatch.ipc.value.IntVector;
import tickwatch.ipc.value.ListVector;
import tickwatch.ipc.value.LongVector;
import tickwatch.ipc.value.QType;
import tickwatch.ipc.value.RealVector;
import tickwatch.ipc.value.ShortVector;
import tickwatch.ipc.value.SymbolAtom;
import tickwatch.ipc.value.SymbolVector;
import tickwatch.ipc.value.Table;
import tickwatch.ipc.value.Value;
import tickwatch.ipc.value.Vector;

class UpdAssemblerTest {
  /** A table with a column of every type. */
  private static final TableSchema ALL =
      new TableSchema(
          "all",
          List.of("time", "sym", "b", "g", "x", "h", "i", "j", "e", "f", "c", "m", "d", "z", "t"),
          List.of(
              QType.TIMESTAMP,
              QType.SYMBOL,
              QType.BOOLEAN,
              QType.GUID,
              QType.BYTE,
              QType.SHORT,
              QType.INT,
              QType.LONG,
              QType.REAL,
              QType.FLOAT,
              QType.CHAR,
              QType.MONTH,
              QType.DATE,
              QType.DATETIME,
              QType.TIME),
          0);

  private static final TableSchema SMALL =
      new TableSchema("small", List.of("time", "sym"), List.of(QType.TIMESPAN, QType.SYMBOL), 0);

  private static final TableSchema UNTYPED =
      new TableSchema(
          "untyped",
          List.of("time", "sym", "text"),
          List.of(QType.TIMESPAN, QType.SYMBOL, QType.LIST),
          0);

  private final UpdAssembler assembler =
      new UpdAssembler(Schema.of(List.of(ALL, SMALL, UNTYPED)), table -> null);

  private static Table rows(SplittableRandom random, int count) {
    List<Vector> columns = new ArrayList<>();
    for (QType type : ALL.types()) {
      columns.add(vector(type, random, count));
    }
    return new Table(ALL.columns(), columns);
  }

  private static Vector vector(QType type, SplittableRandom random, int count) {
    byte[] bytes = new byte[count];
    random.nextBytes(bytes);
    short[] shorts = new short[count];
    int[] ints = random.ints(count).toArray();
    long[] longs = random.longs(count).toArray();
    float[] reals = new float[count];
    double[] floats = random.doubles(count).toArray();
    String[] names = new String[count];
    for (int i = 0; i < count; i++) {
      shorts[i] = (short) ints[i];
      reals[i] = (float) floats[i];
      names[i] = "x".repeat(random.nextInt(12)) + random.nextInt(50);
    }
    return switch (type) {
      case BOOLEAN, BYTE, CHAR -> ByteVector.of(type, bytes);
      case SHORT -> ShortVector.of(shorts);
      case INT, MONTH, DATE, TIME -> IntVector.of(type, ints);
      case LONG, TIMESTAMP, TIMESPAN -> LongVector.of(type, longs);
      case REAL -> RealVector.of(reals);
      case FLOAT, DATETIME -> FloatVector.of(type, floats);
      case GUID -> GuidVector.of(LongVector.of(QType.LONG, random.longs(2L * count).toArray()));
      case SYMBOL -> SymbolVector.of(names);
      default -> throw new IllegalArgumentException(type.name());
    };
  }

  private static ByteBuffer logged(String table, Table rows) {
    ByteBuf out = Unpooled.buffer();
    ValueEncoder.encode(
        ListVector.of(
            new SymbolAtom("upd"),
            new SymbolAtom(table),
            ListVector.of(rows.columns().toArray(Value[]::new))),
        out);
    return littleEndian(ByteBufUtil.getBytes(out));
  }

  private static ByteBuffer live(String table, Table rows) {
    ByteBuf out = Unpooled.buffer();
    ValueEncoder.encodeMessage(
        MessageType.ASYNC,
        ListVector.of(new SymbolAtom("upd"), new SymbolAtom(table), rows),
        3,
        out);
    return littleEndian(ByteBufUtil.getBytes(out));
  }

  private static ByteBuffer littleEndian(byte[] bytes) {
    return ByteBuffer.wrap(bytes).order(ByteOrder.LITTLE_ENDIAN);
  }

  private boolean addLogged(ByteBuffer message) {
    int rows = assembler.lookAtLogged(message, 0, message.capacity());
    return rows >= 0 && assembler.fits(rows) && assembler.add(message, message.capacity(), rows);
  }

  private boolean addLive(ByteBuffer message) {
    int rows = assembler.lookAtLive(message, 0, message.capacity());
    return rows >= 0 && assembler.fits(rows) && assembler.add(message, message.capacity(), rows);
  }

  private Upd taken() {
    return Objects.requireNonNull(take(), "rows");
  }

  private @Nullable Upd take() {
    List<Upd> taken = new ArrayList<>();
    if (assembler.messages() > 0) {
      assembler.deliver(new Updates(taken), true);
    }
    return taken.isEmpty() ? null : taken.get(0);
  }

  private record Updates(List<Upd> taken) implements TickListener {
    @Override
    public void subscribed(Schema schema) {}

    @Override
    public void reset(String why) {}

    @Override
    public void upd(Upd upd, boolean replayed) {
      taken.add(upd);
    }
  }

  @Test
  void messagesPutTogetherAreTheirRowsOneAfterTheOther() {
    long seed = 3;
    SplittableRandom random = new SplittableRandom(seed);
    for (int round = 0; round < 200; round++) {
      List<Table> parts = new ArrayList<>();
      for (int part = 0; part < 1 + random.nextInt(20); part++) {
        Table rows = rows(random, random.nextInt(part % 3 == 0 ? 40 : 3));
        parts.add(rows);
        assertThat(
                random.nextBoolean() ? addLogged(logged("all", rows)) : addLive(live("all", rows)))
            .as("seed %d round %d part %d", seed, round, part)
            .isTrue();
      }
      assertThat(assembler.messages()).isEqualTo(parts.size());
      Upd upd = taken();
      int at = 0;
      for (Table part : parts) {
        assertThat(upd.rows().slice(at, at + part.rowCount()))
            .as("seed %d round %d", seed, round)
            .isEqualTo(part);
        at += part.rowCount();
      }
      assertThat(upd.rows().rowCount()).isEqualTo(at);
      assertThat(take()).isNull();
    }
  }

  @Test
  void whatWasTakenOutDoesNotChange() {
    SplittableRandom random = new SplittableRandom(5);
    Table first = rows(random, 20);
    addLogged(logged("all", first));
    Upd taken = take();
    addLogged(logged("all", rows(random, 30)));

    assertThat(taken).isEqualTo(new Upd("all", first));
  }

  @Test
  void rowsOfAnotherTableDoNotFit() {
    SplittableRandom random = new SplittableRandom(6);
    assertThat(addLogged(logged("all", rows(random, 1)))).isTrue();
    Table small =
        new Table(SMALL.columns(), List.of(LongVector.of(QType.TIMESPAN, 1), SymbolVector.of("a")));
    assertThat(addLogged(logged("small", small))).isFalse();
    take();
    assertThat(addLogged(logged("small", small))).isTrue();
    assertThat(take()).isEqualTo(new Upd("small", small));
  }

  @Test
  void anUpdHasABoundedNumberOfRows() {
    Table small =
        new Table(
            SMALL.columns(),
            List.of(
                LongVector.of(QType.TIMESPAN, new long[UpdAssembler.MOST_ROWS - 1]),
                SymbolVector.of(
                    Collections.nCopies(UpdAssembler.MOST_ROWS - 1, "a").toArray(String[]::new))));
    assertThat(addLogged(logged("small", small))).isTrue();
    assertThat(addLogged(logged("small", small.slice(0, 2)))).isFalse();
    assertThat(addLogged(logged("small", small.slice(0, 1)))).isTrue();
  }

  @Test
  void manySymbolsAreKeptApart() {
    int count = 200_000;
    String[] names = new String[count];
    for (int i = 0; i < count; i++) {
      names[i] = "sym" + i % 150_000;
    }
    List<String> got = new ArrayList<>();
    for (int from = 0; from < count; from += 50_000) {
      String[] part = Arrays.copyOfRange(names, from, from + 50_000);
      addLogged(
          logged(
              "small",
              new Table(
                  SMALL.columns(),
                  List.of(
                      LongVector.of(QType.TIMESPAN, new long[part.length]),
                      SymbolVector.of(part)))));
      Upd upd = taken();
      got.addAll(List.of(((SymbolVector) upd.rows().columns().get(1)).toArray()));
    }
    assertThat(got).containsExactly(names);
  }

  @Test
  void otherShapesAreLeftToTheDecoder() {
    SplittableRandom random = new SplittableRandom(8);
    Table good = rows(random, 3);
    Table untyped =
        new Table(
            UNTYPED.columns(),
            List.of(
                LongVector.of(QType.TIMESPAN, 1),
                SymbolVector.of("a"),
                ListVector.of(ByteVector.string("text"))));
    assertThat(addLogged(logged("untyped", untyped))).isFalse();
    assertThat(addLogged(logged("nosuch", good))).isFalse();
    assertThat(addLogged(logged("small", good))).isFalse();
    assertThat(addLive(logged("all", good))).isFalse();
    List<String> renamed = new ArrayList<>(good.names());
    renamed.set(3, "other");
    assertThat(addLive(live("all", new Table(renamed, good.columns())))).isFalse();
    assertThat(take()).isNull();
  }

  @Test
  void whatItTakesIsWhatTheDecoderWouldGive() {
    long seed = 9;
    SplittableRandom random = new SplittableRandom(seed);
    int taken = 0;
    for (int round = 0; round < 20_000; round++) {
      byte[] bytes = logged("all", rows(random, random.nextInt(4))).array();
      for (int change = random.nextInt(3); change > 0; change--) {
        bytes[random.nextInt(bytes.length)] = (byte) random.nextInt(256);
      }
      if (addLogged(littleEndian(bytes))) {
        taken++;
        Upd upd = take();
        Value decoded = new ValueDecoder().decode(Unpooled.wrappedBuffer(bytes), true);
        assertThat(upd)
            .as("seed %d round %d", seed, round)
            .isEqualTo(UpdMessages.upd(decoded, Schema.of(List.of(ALL))));
      }
    }
    assertThat(taken).isBetween(5_000, 19_000);
  }
}
