package tickwatch.tickerplant;

import static org.assertj.core.api.Assertions.assertThat;
import static tickwatch.tickerplant.Plant.symbol;

import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.HexFormat;
import java.util.List;
import java.util.SplittableRandom;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import tickwatch.ipc.value.Attribute;
import tickwatch.ipc.value.ByteAtom;
import tickwatch.ipc.value.ByteVector;
import tickwatch.ipc.value.Dictionary;
import tickwatch.ipc.value.Epoch;
import tickwatch.ipc.value.FloatAtom;
import tickwatch.ipc.value.FloatVector;
import tickwatch.ipc.value.IntAtom;
import tickwatch.ipc.value.IntVector;
import tickwatch.ipc.value.ListVector;
import tickwatch.ipc.value.LongAtom;
import tickwatch.ipc.value.LongVector;
import tickwatch.ipc.value.QType;
import tickwatch.ipc.value.RealAtom;
import tickwatch.ipc.value.RealVector;
import tickwatch.ipc.value.SymbolAtom;
import tickwatch.ipc.value.SymbolVector;
import tickwatch.ipc.value.Table;
import tickwatch.ipc.value.Value;
import tickwatch.ipc.value.Vector;

/**
 * Rows in every shape that a publisher may send, with their time and without, leave the same behind
 * whether their bytes are taken as they are or decoded: synchronous messages, which are always
 * decoded, are the oracle of asynchronous ones.
 */
class TimelessRowsTest {
  private static final List<String> TABLES = List.of("trade", "quote", "note");

  @TempDir Path directory;

  private static String text(SplittableRandom random) {
    return "s".repeat(random.nextInt(10)) + random.nextInt(3);
  }

  private static long number(SplittableRandom random) {
    return random.nextInt(9) == 0 ? Long.MIN_VALUE : random.nextLong(1L << 50);
  }

  /** What an untyped column may hold of one row. */
  private static Value untyped(SplittableRandom random) {
    return switch (random.nextInt(9)) {
      case 0 -> FloatAtom.of(random.nextDouble());
      case 1 -> new SymbolAtom(text(random));
      case 2 -> FloatVector.of(QType.FLOAT, random.nextDouble(), random.nextDouble());
      case 3 -> LongVector.of(QType.LONG, 1, 2, 3).withAttribute(Attribute.SORTED);
      case 4 -> SymbolVector.of(text(random), text(random));
      case 5 -> ListVector.of(FloatAtom.of(1), ByteVector.string("in a list"));
      case 6 -> new Dictionary(SymbolVector.of("a"), LongVector.of(QType.LONG, 1));
      case 7 -> new ByteAtom(QType.CHAR, (byte) 'x');
      default -> ByteVector.string(text(random));
    };
  }

  /** The columns of some rows of a table, without the time. */
  private static List<Vector> columns(String table, int rows, SplittableRandom random) {
    String[] syms = new String[rows];
    double[] prices = new double[rows];
    float[] bids = new float[rows];
    int[] sizes = new int[rows];
    Value[] texts = new Value[rows];
    for (int row = 0; row < rows; row++) {
      syms[row] = text(random);
      prices[row] = random.nextDouble();
      bids[row] = (float) random.nextDouble();
      sizes[row] = random.nextInt();
      texts[row] = untyped(random);
    }
    Vector of = SymbolVector.of(syms);
    return switch (table) {
      case "trade" ->
          List.of(of, FloatVector.of(QType.FLOAT, prices), IntVector.of(QType.INT, sizes));
      case "quote" -> List.of(of, RealVector.of(bids));
      default -> List.of(of, random.nextInt(3) == 0 ? RealVector.of(bids) : ListVector.of(texts));
    };
  }

  private static List<Value> row(String table, SplittableRandom random) {
    Value sym = new SymbolAtom(text(random));
    return switch (table) {
      case "trade" ->
          List.of(sym, FloatAtom.of(random.nextDouble()), new IntAtom(QType.INT, random.nextInt()));
      case "quote" -> List.of(sym, new RealAtom((float) random.nextDouble()));
      default -> List.of(sym, untyped(random));
    };
  }

  private static List<String> names(String table) {
    return switch (table) {
      case "trade" -> List.of("sym", "price", "size");
      case "quote" -> List.of("sym", "bid");
      default -> List.of("sym", "text");
    };
  }

  private static <T> List<T> with(T first, List<? extends T> others) {
    List<T> all = new ArrayList<>();
    all.add(first);
    all.addAll(others);
    return all;
  }

  /** Rows in one of the shapes. */
  private static Value rows(String table, SplittableRandom random) {
    QType timeType = table.equals("quote") ? QType.TIMESPAN : QType.TIMESTAMP;
    boolean hasTime = random.nextInt(3) == 0;
    int shape = random.nextInt(9);
    List<String> names = hasTime ? with("time", names(table)) : names(table);
    if (shape < 3) {
      List<Value> row = row(table, random);
      if (hasTime) {
        row = with(new LongAtom(timeType, number(random)), row);
      }
      Value atoms = harmed(row, random);
      return shape == 0
          ? new Dictionary(SymbolVector.of(names.toArray(String[]::new)), ListVector.of(list(row)))
          : atoms;
    }
    int count = random.nextInt(4);
    List<Vector> columns = columns(table, count, random);
    if (hasTime) {
      long[] times = new long[count];
      Arrays.setAll(times, row -> number(random));
      columns = with(LongVector.of(timeType, times), columns);
    }
    return switch (shape) {
      case 3, 4 -> harmed(columns, random);
      case 5, 6 -> new Table(names, columns);
      case 7 -> {
        List<String> reversed = new ArrayList<>(names);
        List<Vector> columnsReversed = new ArrayList<>(columns);
        Collections.reverse(reversed);
        Collections.reverse(columnsReversed);
        yield new Table(reversed, columnsReversed);
      }
      default ->
          new Dictionary(
              new Table(names.subList(0, 1), columns.subList(0, 1)),
              new Table(names.subList(1, names.size()), columns.subList(1, columns.size())));
    };
  }

  private static Value[] list(List<? extends Value> items) {
    return items.toArray(Value[]::new);
  }

  /** The items as a list, now and then with one too many or too few, or of another type. */
  private static ListVector harmed(List<? extends Value> items, SplittableRandom random) {
    List<Value> all = new ArrayList<>(items);
    switch (random.nextInt(12)) {
      case 0 -> all.remove(random.nextInt(all.size()));
      case 1 -> all.add(random.nextInt(all.size() + 1), new SymbolAtom("more"));
      case 2 -> all.set(random.nextInt(all.size()), LongVector.of(QType.LONG, 1, 2));
      case 3 -> all.set(random.nextInt(all.size()), new LongAtom(QType.LONG, 1));
      default -> {}
    }
    return ListVector.of(list(all));
  }

  private static Value[] message(SplittableRandom random, int number) {
    String table = TABLES.get(number / 5 % TABLES.size());
    Value rows = rows(table, random);
    return random.nextInt(4) > 0
        ? new Value[] {symbol(".u.upd"), symbol(table), rows}
        : new Value[] {
          symbol(".u.updn"),
          symbol("alice"),
          new LongAtom(QType.LONG, number - (random.nextInt(9) == 0 ? 3 : 0)),
          symbol(table),
          rows
        };
  }

  @Test
  void inWhateverShapeTheyComeTheirBytesGiveWhatTheirValuesGive() {
    try (Plant inPlace = new Plant(directory.resolve("bytes"));
        Plant decoded = new Plant(directory.resolve("values"));
        RawClient toBytes = inPlace.client();
        RawClient toValues = decoded.client();
        RawClient ofBytes = inPlace.client();
        RawClient ofValues = decoded.client()) {
      ofBytes.subscribe("", symbol(""));
      ofValues.subscribe("", symbol(""));
      SplittableRandom random = new SplittableRandom(4);
      for (int number = 1; number <= 3000; number++) {
        Value[] message = message(random, number);
        toBytes.async(message);
        toValues.call(message);
      }
      toBytes.chase();

      assertThat(inPlace.logBytes()).isEqualTo(decoded.logBytes());
      assertThat(statistics(inPlace)).isEqualTo(statistics(decoded));
      long messages = published(inPlace);
      assertThat(messages).isGreaterThan(2000);
      for (long m = 0; m < messages; m++) {
        assertThat(hex(ofBytes)).isEqualTo(hex(ofValues));
      }
    }
  }

  private static String hex(RawClient subscriber) {
    return HexFormat.of().formatHex(subscriber.frame());
  }

  private static long published(Plant plant) {
    try (RawClient client = plant.client()) {
      return ((LongAtom) client.ask(".u.i")).value();
    }
  }

  private static String statistics(Plant plant) {
    try (RawClient client = plant.client()) {
      return client.ask(".u.stats[][`tables]`messages`rows`bytes").toString()
          + client.ask(".u.stats[]`publishers")
          + client.ask(".u.stats[]`refused");
    }
  }

  @Test
  void rowsThatFollowEachOtherAreStampedWithTheTimeOfTheirOwnRead() {
    try (Plant plant = new Plant(directory);
        RawClient publisher = plant.client();
        RawClient subscriber = plant.client()) {
      subscriber.subscribe("trade", symbol(""));
      for (int minute = 0; minute < 5; minute++) {
        plant.clock.set(Plant.NOON.plusSeconds(60L * minute));
        publisher.async(
            symbol(".u.upd"),
            symbol("trade"),
            ListVector.of(symbol("S1"), FloatAtom.of(1), new IntAtom(QType.INT, minute)));
        Table rows = (Table) ((ListVector) subscriber.next()).get(2);
        assertThat(rows.columns().get(0))
            .isEqualTo(
                LongVector.of(
                    QType.TIMESTAMP, Epoch.timestampOf(Plant.NOON.plusSeconds(60L * minute))));
      }
    }
  }

  @Test
  void manyRowsGetTheirTimesOnceForTheLogAndAllSubscribers() {
    int rows = 40_000;
    ListVector columns = Plant.trades(0, rows);
    ListVector timeless = ListVector.of(columns.get(1), columns.get(2), columns.get(3));
    try (Plant inPlace = new Plant(directory.resolve("bytes"));
        Plant decoded = new Plant(directory.resolve("values"));
        RawClient toBytes = inPlace.client();
        RawClient toValues = decoded.client();
        RawClient subscriber = inPlace.client()) {
      subscriber.subscribe("trade", symbol(""));
      toBytes.async(symbol(".u.upd"), symbol("trade"), timeless);
      toBytes.chase();
      toValues.call(symbol(".u.upd"), symbol("trade"), timeless);

      assertThat(inPlace.logBytes()).isEqualTo(decoded.logBytes());
      Table published = (Table) ((ListVector) subscriber.next()).get(2);
      assertThat(published.columns().get(1)).isEqualTo(columns.get(1));
      assertThat(published.columns().get(0).length()).isEqualTo(rows);
    }
  }
}
