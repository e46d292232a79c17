package tickwatch.rdb.store;

import static java.util.Objects.requireNonNull;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashSet;
import java.util.List;
import java.util.Random;
import java.util.stream.LongStream;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import tickwatch.ipc.value.Attribute;
import tickwatch.ipc.value.FloatVector;
import tickwatch.ipc.value.IntVector;
import tickwatch.ipc.value.ListVector;
import tickwatch.ipc.value.LongAtom;
import tickwatch.ipc.value.LongVector;
import tickwatch.ipc.value.Null;
import tickwatch.ipc.value.QType;
import tickwatch.ipc.value.SymbolIndex;
import tickwatch.ipc.value.SymbolVector;
import tickwatch.ipc.value.Table;
import tickwatch.ipc.value.Value;
import tickwatch.ipc.value.Vector;
import tickwatch.tick.RowSpace;

final class GrowingTableTest {
  private static final List<String> TRADE = List.of("time", "sym", "price");
  private static final List<QType> TRADE_TYPES =
      List.of(QType.TIMESTAMP, QType.SYMBOL, QType.FLOAT);

  static Stream<QType> columnTypes() {
    return Arrays.stream(QType.values()).filter(type -> type.hasAtoms() || type == QType.LIST);
  }

  @ParameterizedTest
  @MethodSource("columnTypes")
  void holdsWhatWasAppendedWhateverTheBatches(QType type) {
    Random random = new Random(type.number());
    GrowingTable table = new GrowingTable(List.of("c"), List.of(type), Retention.ALL);
    List<Value> oracle = new ArrayList<>();
    List<Table> earlier = new ArrayList<>();
    List<Integer> earlierCounts = new ArrayList<>();
    int[] lengths = {1, 0, 1, 3, 1000, 20, 1, 5000, 60_000, 1, 70_000, 2, 1, 131_072, 17};

    for (int length : lengths) {
      // The source starts somewhere in the middle of a longer vector, as a slice does.
      Vector rows = RandomVectors.of(type, length + 5, random).slice(3, length + 3);
      table.append(new Table(List.of("c"), List.of(rows)));
      for (int i = 0; i < length; i++) {
        oracle.add(rows.item(i));
      }
      table.publish();
      earlier.add(table.snapshot());
      earlierCounts.add(oracle.size());
    }

    assertThat(table.rowCount()).isEqualTo(oracle.size());
    assertThat(table.rowsTaken()).isEqualTo(oracle.size());
    for (int k = 0; k < earlier.size(); k++) {
      Vector column = earlier.get(k).columns().get(0);
      assertThat(column.type()).isEqualTo(type);
      assertThat(column.length()).isEqualTo(earlierCounts.get(k));
      // Every item of the last snapshot, and some of the others.
      int step = k == earlier.size() - 1 ? 1 : 997;
      for (int i = 0; i < column.length(); i += step) {
        if (!column.item(i).equals(oracle.get(i))) {
          assertThat(column.item(i)).as("snapshot %d, item %d", k, i).isEqualTo(oracle.get(i));
        }
      }
    }
  }

  @Test
  void rowsPutIntoItsSpaceAreAsIfAppended() {
    Random random = new Random(7);
    Retention retention = new Retention(Duration.ofNanos(150_000), 100_000, Long.MAX_VALUE);
    GrowingTable table = new GrowingTable(List.of("time", "sym", "price"), TRADE_TYPES, retention);
    GrowingTable oracle = new GrowingTable(TRADE, TRADE_TYPES, retention);
    RowSpace space = requireNonNull(table.space(TRADE, TRADE_TYPES));

    int row = 0;
    for (int length : new int[] {1, 3, 1000, 1, 5000, 60_000, 70_000, 2, 65_536, 100, 131_072, 9}) {
      Table rows = trades(row + random.nextInt(3) - 1, length);
      row += length;
      oracle.append(rows);
      for (int from = 0; from < length; ) {
        int step = Math.min(length - from, space.open(length - from));
        if (random.nextInt(4) == 0) {
          table.append(rows.slice(from, from + step));
        } else {
          write(rows, from, step, space);
          table.put(step);
        }
        from += step;
      }
      oracle.publish();
      table.publish();
      assertThat(table.snapshot()).as("seed 7, rows %d", row).isEqualTo(oracle.snapshot());
      assertThat(table.snapshot().columns().get(0).attribute())
          .isEqualTo(oracle.snapshot().columns().get(0).attribute());
    }
  }

  private static void write(Table rows, int from, int count, RowSpace space) {
    for (int row = from; row < from + count; row++) {
      int at = space.first() + row - from;
      ((long[]) space.items(0))[at] = ((LongVector) rows.columns().get(0)).get(row);
      ((int[]) space.items(1))[at] = space.code(1, ((SymbolVector) rows.columns().get(1)).get(row));
      ((double[]) space.items(2))[at] = ((FloatVector) rows.columns().get(2)).get(row);
    }
  }

  @Test
  void aTableHasNoSpaceForOtherColumnsOrForSuchAsAreNoArrays() {
    List<String> names = List.of("time", "c");
    GrowingTable guids =
        new GrowingTable(names, List.of(QType.TIMESTAMP, QType.GUID), Retention.ALL);
    GrowingTable longs =
        new GrowingTable(names, List.of(QType.TIMESTAMP, QType.LONG), Retention.ALL);

    assertThat(guids.space(names, List.of(QType.TIMESTAMP, QType.GUID))).isNull();
    assertThat(longs.space(names, List.of(QType.TIMESTAMP, QType.FLOAT))).isNull();
    assertThat(longs.space(List.of("time", "d"), List.of(QType.TIMESTAMP, QType.LONG))).isNull();
    assertThat(longs.space(names, List.of(QType.TIMESTAMP, QType.LONG))).isNotNull();
  }

  @ParameterizedTest
  @MethodSource("columnTypes")
  void keepsTheNewestRowsOfEveryType(QType type) {
    Random random = new Random(type.number());
    GrowingTable table =
        new GrowingTable(List.of("c"), List.of(type), new Retention(null, 1_000, Long.MAX_VALUE));
    List<Value> oracle = new ArrayList<>();

    for (int length : new int[] {900, 65_000, 300, 70_000, 140_000, 1, 700}) {
      Vector rows = RandomVectors.of(type, length, random);
      table.append(new Table(List.of("c"), List.of(rows)));
      table.publish();
      for (int i = 0; i < length; i++) {
        oracle.add(rows.item(i));
      }
      Vector column = table.snapshot().columns().get(0);
      int kept = Math.min(1_000, oracle.size());
      assertThat(column.length()).isEqualTo(kept);
      for (int i = 0; i < kept; i++) {
        assertThat(column.item(i)).isEqualTo(oracle.get(oracle.size() - kept + i));
      }
    }
  }

  @Test
  void rowsAreSeenOnlyOncePublished() {
    GrowingTable table = new GrowingTable(TRADE, TRADE_TYPES, Retention.ALL);
    table.append(trades(0, 10));

    assertThat(table.snapshot().rowCount()).isZero();
    table.publish();

    assertThat(table.snapshot()).isEqualTo(trades(0, 10));
  }

  @Test
  void anEmptyTableHasItsColumns() {
    GrowingTable table = new GrowingTable(TRADE, TRADE_TYPES, Retention.ALL);

    assertThat(table.snapshot()).isEqualTo(trades(0, 0));
    assertThat(table.allocatedBytes()).isZero();
  }

  @Test
  void namesStandOnceInTheDomainInTheOrderTheyCame() {
    GrowingTable table = new GrowingTable(List.of("sym"), List.of(QType.SYMBOL), Retention.ALL);

    table.append(new Table(List.of("sym"), List.of(SymbolVector.of("b", "a", "b"))));
    table.publish();
    Table first = table.snapshot();
    table.append(new Table(List.of("sym"), List.of(SymbolVector.of("a", "c", "b"))));
    String[] wide = {"x", "y", "z", "a", "d"};
    table.append(
        new Table(
            List.of("sym"),
            List.of(SymbolVector.ofCodes(wide, 5, true, IntVector.of(QType.INT, 4)))));
    table.publish();

    SymbolVector now = (SymbolVector) table.snapshot().columns().get(0);
    assertThat(now.toArray()).containsExactly("b", "a", "b", "a", "c", "b", "d");
    assertThat(now.domainLength()).isEqualTo(4);
    assertThat(now.hasUniqueDomain()).isTrue();
    assertThat(now.codes().toArray()).containsExactly(0, 1, 0, 1, 2, 0, 3);
    assertThat(((SymbolVector) first.columns().get(0)).toArray()).containsExactly("b", "a", "b");
    assertThat(((SymbolVector) first.columns().get(0)).domainLength()).isEqualTo(2);
  }

  @Test
  void manyNamesKeepTheirCodes() {
    GrowingTable table = new GrowingTable(List.of("sym"), List.of(QType.SYMBOL), Retention.ALL);
    String[] names = new String[50_000];
    for (int i = 0; i < names.length; i++) {
      names[i] = "name" + i;
    }

    table.append(new Table(List.of("sym"), List.of(SymbolVector.of(names))));
    table.append(new Table(List.of("sym"), List.of(SymbolVector.of(names))));
    table.publish();

    SymbolVector now = (SymbolVector) table.snapshot().columns().get(0);
    assertThat(now.domainLength()).isEqualTo(names.length);
    assertThat(Arrays.copyOfRange(now.toArray(), 50_000, 100_000)).isEqualTo(names);
  }

  @Test
  void namesThatNoRowNeedsAnyMoreAreForgotten() {
    GrowingTable table =
        new GrowingTable(
            List.of("id"), List.of(QType.SYMBOL), new Retention(null, 10_000, Long.MAX_VALUE));
    Table early = null;
    for (int batch = 0; batch < 600; batch++) {
      String[] names = new String[1_000];
      for (int i = 0; i < names.length; i++) {
        names[i] = i % 10 == 0 ? "often" : "id" + (1_000 * batch + i);
      }
      table.append(new Table(List.of("id"), List.of(SymbolVector.of(names))));
      table.publish();
      if (batch == 9) {
        early = table.snapshot();
      }
    }

    SymbolVector now = (SymbolVector) table.snapshot().columns().get(0);
    // Rows are let go by chunks, names once most of them are not in use.
    assertThat(now.domainLength()).isLessThan(4 * Vector.CHUNK);
    assertThat(now.length()).isEqualTo(10_000);
    assertThat(new HashSet<>(Arrays.asList(now.toArray()))).hasSize(9_001);
    for (int i = 0; i < 10_000; i++) {
      assertThat(now.get(i)).isEqualTo(i % 10 == 0 ? "often" : "id" + (590_000 + i));
      assertThat(((SymbolVector) requireNonNull(early).columns().get(0)).get(i))
          .isEqualTo(i % 10 == 0 ? "often" : "id" + i);
    }
  }

  @Test
  void timeIsSortedUntilARowComesLate() {
    GrowingTable table = new GrowingTable(TRADE, TRADE_TYPES, Retention.ALL);
    table.append(trades(0, 100));
    table.append(trades(100, 1));
    table.publish();
    Table ordered = table.snapshot();
    table.append(trades(50, 1));
    table.append(trades(200, 1));
    table.publish();

    assertThat(ordered.columns().get(0).attribute()).isEqualTo(Attribute.SORTED);
    assertThat(ordered.columns().get(1).attribute()).isEqualTo(Attribute.GROUPED);
    assertThat(table.snapshot().columns().get(0).attribute()).isEqualTo(Attribute.NONE);
  }

  @Test
  void equalTimesAndANullTimeAtTheStartAreSorted() {
    GrowingTable table = new GrowingTable(List.of("time"), List.of(QType.TIMESPAN), Retention.ALL);
    table.append(times(QType.TIMESPAN, Null.LONG, 5, 5));
    table.append(times(QType.TIMESPAN, 5));
    table.publish();
    assertThat(table.snapshot().columns().get(0).attribute()).isEqualTo(Attribute.SORTED);

    table.append(times(QType.TIMESPAN, Null.LONG));
    table.publish();
    assertThat(table.snapshot().columns().get(0).attribute()).isEqualTo(Attribute.NONE);
  }

  @Test
  void timesOfOtherTypesAreWatchedToo() {
    GrowingTable ints = new GrowingTable(List.of("time"), List.of(QType.TIME), Retention.ALL);
    ints.append(new Table(List.of("time"), List.of(IntVector.of(QType.TIME, 1, 2))));
    ints.publish();
    assertThat(ints.snapshot().columns().get(0).attribute()).isEqualTo(Attribute.SORTED);
    ints.append(new Table(List.of("time"), List.of(IntVector.of(QType.TIME, 1))));
    ints.publish();
    assertThat(ints.snapshot().columns().get(0).attribute()).isEqualTo(Attribute.NONE);

    GrowingTable floats = new GrowingTable(List.of("time"), List.of(QType.DATETIME), Retention.ALL);
    floats.append(
        new Table(List.of("time"), List.of(FloatVector.of(QType.DATETIME, Double.NaN, 1, 2))));
    floats.publish();
    assertThat(floats.snapshot().columns().get(0).attribute()).isEqualTo(Attribute.SORTED);
    floats.append(new Table(List.of("time"), List.of(FloatVector.of(QType.DATETIME, Double.NaN))));
    floats.publish();
    assertThat(floats.snapshot().columns().get(0).attribute()).isEqualTo(Attribute.NONE);
  }

  @Test
  void aFirstColumnThatIsNoTimeIsNotWatched() {
    GrowingTable table = new GrowingTable(List.of("n"), List.of(QType.LONG), Retention.ALL);
    table.append(new Table(List.of("n"), List.of(LongVector.of(QType.LONG, 1, 2))));
    table.publish();

    assertThat(table.snapshot().columns().get(0).attribute()).isEqualTo(Attribute.NONE);
  }

  @Test
  void rowsThatDoNotFitAreRefusedWhole() {
    GrowingTable table = new GrowingTable(TRADE, TRADE_TYPES, Retention.ALL);
    Table wrongType =
        new Table(
            TRADE,
            List.of(
                LongVector.of(QType.TIMESTAMP, 1),
                SymbolVector.of("a"),
                LongVector.of(QType.LONG, 1)));
    Table wrongName = new Table(List.of("time", "sym", "size"), trades(0, 1).columns());

    assertThatThrownBy(() -> table.append(wrongType))
        .isInstanceOf(StoreException.class)
        .hasMessage("column price of type LONG (expected: FLOAT)");
    assertThatThrownBy(() -> table.append(wrongName))
        .isInstanceOf(StoreException.class)
        .hasMessage("columns [time, sym, size] (expected: [time, sym, price])");
    table.append(trades(7, 1));
    table.publish();

    assertThat(table.snapshot()).isEqualTo(trades(7, 1));
  }

  @Test
  void anUntypedColumnTakesTheTypeOfItsFirstRowsAndGivesItUpForOthers() {
    GrowingTable table = new GrowingTable(List.of("x"), List.of(QType.LIST), Retention.ALL);
    assertThat(table.snapshot().columns().get(0)).isEqualTo(ListVector.of());

    table.append(new Table(List.of("x"), List.of(LongVector.of(QType.LONG, 1, 2))));
    table.publish();
    Table typed = table.snapshot();
    table.append(new Table(List.of("x"), List.of(FloatVector.of(QType.FLOAT, 3))));
    table.publish();

    assertThat(typed.columns().get(0)).isEqualTo(LongVector.of(QType.LONG, 1, 2));
    assertThat(table.snapshot().columns().get(0))
        .isEqualTo(
            ListVector.of(
                new LongAtom(QType.LONG, 1),
                new LongAtom(QType.LONG, 2),
                FloatVector.of(QType.FLOAT, 3).item(0)));
  }

  @Test
  void rowsOlderThanTheNewestLessTheAgeLeave() {
    GrowingTable table = new GrowingTable(TRADE, TRADE_TYPES, keep(Duration.ofNanos(10)));
    table.append(trades(0, 8));
    table.publish();
    assertThat(table.snapshot()).isEqualTo(trades(0, 8));

    table.append(trades(8, 7));
    table.publish();

    // The newest is 14, so 4 is the oldest that stays.
    assertThat(table.snapshot()).isEqualTo(trades(4, 11));
    assertThat(table.snapshot().columns().get(0).attribute()).isEqualTo(Attribute.SORTED);
  }

  @Test
  void agedChunksGiveTheirMemoryBack() {
    GrowingTable table = new GrowingTable(TRADE, TRADE_TYPES, keep(Duration.ofNanos(100_000)));
    Table early = null;
    long most = 0;
    for (int batch = 0; batch < 100; batch++) {
      table.append(trades(batch * 10_000, 10_000));
      table.publish();
      most = Math.max(most, table.allocatedBytes());
      if (batch == 5) {
        early = table.snapshot();
      }
    }

    assertThat(table.snapshot()).isEqualTo(trades(899_999, 100_001));
    assertThat(table.rowsTaken()).isEqualTo(1_000_000);
    // 100,001 rows span three chunks at most; one more while the next batch is being written.
    assertThat(most).isLessThanOrEqualTo(4L * Vector.CHUNK * (8 + 4 + 8));
    assertThat(early).isEqualTo(trades(0, 60_000));
  }

  @Test
  void aLateRowIsForgottenWithItsChunkAndTimeIsSortedAgain() {
    GrowingTable table = new GrowingTable(TRADE, TRADE_TYPES, keep(Duration.ofNanos(1_000)));
    table.append(trades(500, 10));
    table.append(trades(400, 1));
    table.append(trades(510, 10));
    table.publish();
    assertThat(table.snapshot().rowCount()).isEqualTo(21);
    assertThat(table.snapshot().columns().get(0).attribute()).isEqualTo(Attribute.NONE);

    table.append(trades(1_515, 1));
    table.publish();

    assertThat(((LongVector) table.snapshot().columns().get(0)).toArray())
        .containsExactly(515, 516, 517, 518, 519, 1_515);
    assertThat(table.snapshot().columns().get(0).attribute()).isEqualTo(Attribute.SORTED);
  }

  @Test
  void nullAndInfiniteTimesMakeNothingOld() {
    GrowingTable table =
        new GrowingTable(List.of("time"), List.of(QType.TIMESTAMP), keep(Duration.ofNanos(10)));
    table.append(times(QType.TIMESTAMP, Null.LONG, 1, 5, Long.MAX_VALUE));
    table.publish();
    assertThat(table.rowCount()).isEqualTo(4);

    table.append(times(QType.TIMESTAMP, 13));
    table.publish();

    assertThat(((LongVector) table.snapshot().columns().get(0)).toArray())
        .containsExactly(5, Long.MAX_VALUE, 13);
  }

  @Test
  void wholeChunksLeaveBeyondTheBytes() {
    long rowBytes = 8 + 4 + 8 + 5; // and about so much for the index of sym
    GrowingTable table =
        new GrowingTable(
            TRADE, TRADE_TYPES, new Retention(null, Long.MAX_VALUE, 2 * rowBytes * Vector.CHUNK));
    table.append(trades(0, 5 * Vector.CHUNK + 10));
    table.publish();

    assertThat(table.snapshot()).isEqualTo(trades(4 * Vector.CHUNK, Vector.CHUNK + 10));
    assertThat(table.allocatedBytes())
        .isBetween(20L * (Vector.CHUNK + 10), 2 * rowBytes * Vector.CHUNK);
  }

  @Test
  void aClearedTableStartsAgain() {
    GrowingTable table = new GrowingTable(TRADE, TRADE_TYPES, Retention.ALL);
    table.append(trades(0, 70_000));
    table.publish();
    Table before = table.snapshot();

    table.clear();
    assertThat(table.rowCount()).isZero();
    assertThat(table.allocatedBytes()).isZero();
    table.append(trades(5, 3));
    table.publish();

    assertThat(table.snapshot()).isEqualTo(trades(5, 3));
    assertThat(before).isEqualTo(trades(0, 70_000));
    assertThat(table.rowsTaken()).isEqualTo(70_003);
  }

  /** The names and the index, which are no columns, are left out: no row has a new one. */
  @Test
  void theColumnsTakeAQuarterMoreThanTheirItemsAtMostHoweverManyRowsThereAre() {
    List<String> names = List.of("time", "s", "a", "b", "c", "d", "e", "f", "g", "h");
    List<QType> types = new ArrayList<>(List.of(QType.TIMESTAMP, QType.SYMBOL));
    while (types.size() < names.size()) {
      types.add(QType.FLOAT);
    }
    int rowBytes = Long.BYTES + Integer.BYTES + 8 * Double.BYTES;
    GrowingTable table = new GrowingTable(names, types, Retention.ALL);
    RowSpace space = requireNonNull(table.space(names, types));

    for (long rows = 1; rows <= 1_000_000; rows++) {
      space.open(1);
      table.put(1);
      table.publish();
      long allowed = rowBytes * (rows + rows / 8 + Column.FEW_ROWS);
      if (table.allocatedBytes() > allowed) {
        assertThat(table.allocatedBytes()).as("%d rows", rows).isLessThanOrEqualTo(allowed);
      }
    }

    assertThat(table.rowCount()).isEqualTo(1_000_000);
  }

  @Test
  void aFewRowsTakeLittleMemory() {
    GrowingTable table = new GrowingTable(TRADE, TRADE_TYPES, Retention.ALL);
    table.append(trades(0, 3));
    table.publish();

    assertThat(table.allocatedBytes()).isBetween(128L * (8 + 4 + 8), 128L * (8 + 4 + 8) + 1_000);
  }

  /** Rows leave a few at a time here, so the kept ones move again and again. */
  @Test
  void aTableThatKeepsFewRowsTakesLittleMemoryHoweverManyCame() {
    int kept = 1_000;
    GrowingTable table =
        new GrowingTable(TRADE, TRADE_TYPES, new Retention(null, kept, Long.MAX_VALUE));
    Table earlier = table.snapshot();
    int earlierEnd = 0;
    long most = 0;

    for (int end = 7; end < 150_000; end += 7) {
      table.append(trades(end - 7, 7));
      table.publish();
      most = Math.max(most, table.allocatedBytes());
      if (end % 7_000 == 0) {
        assertThat(earlier)
            .isEqualTo(trades(Math.max(0, earlierEnd - kept), Math.min(earlierEnd, kept)));
        earlier = table.snapshot();
        earlierEnd = end;
        SymbolVector sym = (SymbolVector) requireNonNull(earlier.column("sym"));
        SymbolIndex index = requireNonNull(sym.index());
        assertThat(index.of(sym.code(kept - 1)).last()).isEqualTo(kept - 1);
        assertThat(index.of(sym.code(0)).first()).isZero();
        assertThat(requireNonNull(earlier.column("time")).attribute()).isEqualTo(Attribute.SORTED);
      }
    }

    // Twice the rows, room for a quarter more; and the index, which lets go of its rows by chunks.
    assertThat(most).isLessThan(20 * 5 * kept / 2 + 7 * 80 + 2 * 4 * Vector.CHUNK);
  }

  private static Retention keep(Duration age) {
    return new Retention(age, Long.MAX_VALUE, Long.MAX_VALUE);
  }

  private static Table times(QType type, long... times) {
    return new Table(List.of("time"), List.of(LongVector.of(type, times)));
  }

  /** Row n has time n, one of seven syms and price n. */
  private static Table trades(int from, int count) {
    long[] times = LongStream.range(from, from + count).toArray();
    String[] syms = new String[count];
    double[] prices = new double[count];
    for (int i = 0; i < count; i++) {
      syms[i] = "s" + (from + i) % 7;
      prices[i] = from + i;
    }
    return new Table(
        TRADE,
        List.of(
            LongVector.of(QType.TIMESTAMP, times),
            SymbolVector.of(syms),
            FloatVector.of(QType.FLOAT, prices)));
  }
}
