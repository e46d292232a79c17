package tickwatch.rdb.store;

import static java.util.Objects.requireNonNull;
import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.List;
import java.util.Random;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicReference;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import tickwatch.ipc.value.Attribute;
import tickwatch.ipc.value.FloatVector;
import tickwatch.ipc.value.IntVector;
import tickwatch.ipc.value.LongVector;
import tickwatch.ipc.value.QType;
import tickwatch.ipc.value.SymbolIndex;
import tickwatch.ipc.value.SymbolVector;
import tickwatch.ipc.value.Table;

/** The index of a table's sym column says what a look at every row says. */
final class GroupedIndexTest {
  private static final List<String> NAMES = List.of("sym", "v");
  private static final List<QType> TYPES = List.of(QType.SYMBOL, QType.LONG);

  @ParameterizedTest
  @CsvSource({
    "1, 3, 9223372036854775807",
    "2, 100, 9223372036854775807",
    "3, 3, 1000",
    "4, 50, 70000",
    "5, 2000, 9223372036854775807",
    "6, 2000, 100000"
  })
  void findsTheRowsOfEachNameInEverySnapshot(long seed, int names, long keep) {
    Random random = new Random(seed);
    GrowingTable table = new GrowingTable(NAMES, TYPES, new Retention(null, keep, Long.MAX_VALUE));
    List<Table> snapshots = new ArrayList<>();

    int[] lengths = {1, 0, 1, 3, 1000, 20, 1, 5000, 60_000, 1, 70_000, 2, 1, 131_072, 17, 90_000};
    for (int length : lengths) {
      // Names come in little by little, and some of them no longer do.
      int from = random.nextInt(names);
      table.append(rows(random, from, 1 + random.nextInt(names), length));
      table.publish();
      snapshots.add(table.snapshot());
      if (random.nextInt(4) == 0) {
        table.catchUp(() -> {});
      }
    }

    if (seed % 2 == 0) {
      // Old ones are asked last, when newer ones' rows are known and theirs perhaps let go of.
      Collections.reverse(snapshots);
    }
    for (Table snapshot : snapshots) {
      assertIndexIsTrue(snapshot);
    }
  }

  private static Table rows(Random random, int firstName, int names, int count) {
    String[] syms = new String[count];
    long[] values = new long[count];
    for (int i = 0; i < count; i++) {
      // The first name is a common one, the last ones are rare.
      syms[i] = "n" + (firstName + (int) (names * Math.pow(random.nextDouble(), 3)));
      values[i] = i;
    }
    return new Table(NAMES, List.of(SymbolVector.of(syms), LongVector.of(QType.LONG, values)));
  }

  private static void assertIndexIsTrue(Table snapshot) {
    SymbolVector sym = (SymbolVector) snapshot.columns().get(0);
    if (sym.index() == null) {
      assertThat(sym.attribute()).isEqualTo(Attribute.NONE);
      return;
    }
    assertThat(sym.attribute()).isEqualTo(Attribute.GROUPED);
    SymbolIndex index = requireNonNull(sym.index());
    int[] seen = new int[sym.domainLength()];
    SymbolIndex.Positions[] positions = new SymbolIndex.Positions[seen.length];
    for (int code = 0; code < seen.length; code++) {
      positions[code] = index.of(code);
    }
    for (int row = 0; row < sym.length(); row++) {
      int code = sym.code(row);
      int k = seen[code]++;
      if (positions[code].get(k) != row) {
        assertThat(positions[code].get(k)).as("%s, number %d", sym.get(row), k).isEqualTo(row);
      }
    }
    for (int code = 0; code < seen.length; code++) {
      assertThat(positions[code].count()).isEqualTo(seen[code]);
      int[] copied = new int[seen[code]];
      positions[code].copyTo(0, copied, 0, copied.length);
      int middle = sym.length() / 2;
      int below = 0;
      for (int k = 0; k < copied.length; k++) {
        assertThat(copied[k]).isEqualTo(positions[code].get(k));
        below += copied[k] < middle ? 1 : 0;
      }
      assertThat(positions[code].below(middle)).isEqualTo(below);
      if (copied.length > 0) {
        assertThat(positions[code].first()).isEqualTo(copied[0]);
        assertThat(positions[code].last()).isEqualTo(copied[copied.length - 1]);
      }
    }
    assertEndsAreTrue(index, positions);
    assertNamesAreInOrder(sym, index.codesByName());
  }

  private static void assertEndsAreTrue(SymbolIndex index, SymbolIndex.Positions[] positions) {
    int[] counts = new int[positions.length];
    int[] firsts = new int[positions.length];
    int[] lasts = new int[positions.length];
    index.ends(counts, firsts, lasts);
    for (int code = 0; code < counts.length; code++) {
      assertThat(counts[code]).isEqualTo(positions[code].count());
      if (counts[code] > 0) {
        assertThat(firsts[code]).isEqualTo(positions[code].first());
        assertThat(lasts[code]).isEqualTo(positions[code].last());
      }
    }
  }

  private static void assertNamesAreInOrder(SymbolVector sym, int[] codes) {
    String[] expected = new String[sym.domainLength()];
    String[] found = new String[codes.length];
    for (int code = 0; code < expected.length; code++) {
      expected[code] = sym.domainName(code);
    }
    for (int i = 0; i < found.length; i++) {
      found[i] = sym.domainName(codes[i]);
    }
    Arrays.sort(expected);
    assertThat(found).isEqualTo(expected);
  }

  @Test
  void rowsThatDidNotFitAreNotInIt() {
    GrowingTable table = new GrowingTable(NAMES, TYPES, Retention.ALL);
    table.append(rows(new Random(1), 0, 3, 10));
    org.assertj.core.api.Assertions.assertThatThrownBy(
            () ->
                table.append(
                    new Table(
                        NAMES,
                        List.of(SymbolVector.of("other"), FloatVector.of(QType.FLOAT, 1.5)))))
        .isInstanceOf(StoreException.class);
    table.append(rows(new Random(2), 0, 3, 10));
    table.publish();

    assertIndexIsTrue(table.snapshot());
  }

  @Test
  void aNameThatFirstCameWithRowsThatDidNotFitIsFoundLater() {
    GrowingTable table = new GrowingTable(NAMES, TYPES, Retention.ALL);
    table.append(rows(new Random(1), 0, 3, 10));
    Table other =
        new Table(NAMES, List.of(SymbolVector.of("other"), LongVector.of(QType.LONG, 15)));
    org.assertj.core.api.Assertions.assertThatThrownBy(
            () ->
                table.append(
                    new Table(
                        NAMES,
                        List.of(SymbolVector.of("other"), FloatVector.of(QType.FLOAT, 1.5)))))
        .isInstanceOf(StoreException.class);
    table.publish();

    table.append(other);
    table.publish();

    assertIndexIsTrue(table.snapshot());
  }

  @Test
  void columnsAndIndexTakeLittleMoreThanTheItems() {
    for (int names : new int[] {1, 100, 1_000, 20_000}) {
      GrowingTable table = readings();
      Random random = new Random(names);
      int rows = 0;
      while (rows < 650_000) {
        table.append(readingRows(random, names, 1_000));
        rows += 1_000;
      }
      table.publish();
      table.catchUp(() -> {});
      double raw = 76.0 * rows;
      assertThat(table.allocatedBytes() / raw).as("%d names", names).isLessThan(1.3);
    }
  }

  @Test
  void theyDoSoAtAnyNumberOfRows() {
    for (int names : new int[] {1, 100}) {
      GrowingTable table = readings();
      Random random = new Random(names);
      for (int rows = 1_000; rows <= 300_000; rows += 1_000) {
        table.append(readingRows(random, names, 1_000));
        table.publish();
        table.catchUp(() -> {});
        assertThat(table.allocatedBytes() / (76.0 * rows))
            .as("%d names, %d rows", names, rows)
            .isLessThan(1.21);
      }
    }
  }

  @Test
  void theyDoSoAtEveryMomentWhileRowsComeAndLeave() {
    int kept = 650_000;
    GrowingTable table = readings(new Retention(null, kept, Long.MAX_VALUE));
    Random random = new Random(9);
    for (int rows = 0; rows < 2 * kept; rows += 1_000) {
      table.append(readingRows(random, 100, 1_000));
      table.publish();
      table.catchUp(() -> {});
      if (rows >= kept) {
        assertThat(table.rowCount()).isEqualTo(kept);
        assertThat(table.allocatedBytes() / (76.0 * kept)).as("%d rows", rows).isLessThan(1.3);
      }
    }
  }

  @Test
  void isGivenUpWhereAlmostEveryRowHasANameOfItsOwn() {
    GrowingTable table = new GrowingTable(NAMES, TYPES, Retention.ALL);
    String[] syms = new String[10_000];
    for (int i = 0; i < syms.length; i++) {
      syms[i] = "id" + i;
    }
    table.append(
        new Table(
            NAMES, List.of(SymbolVector.of(syms), LongVector.of(QType.LONG, new long[10_000]))));
    table.publish();

    SymbolVector sym = (SymbolVector) table.snapshot().columns().get(0);
    assertThat(sym.index()).isNull();
    assertThat(sym.attribute()).isEqualTo(Attribute.NONE);

    table.clear();
    table.append(rows(new Random(3), 0, 3, 10));
    table.publish();
    assertIndexIsTrue(table.snapshot());
  }

  @Test
  void readersSeeWhatBelongsToTheirRowsWhileTheWriterGoesOn() throws Exception {
    GrowingTable table =
        new GrowingTable(NAMES, TYPES, new Retention(null, 50_000, Long.MAX_VALUE));
    AtomicBoolean done = new AtomicBoolean();
    Thread writer =
        new Thread(
            () -> {
              Random random = new Random(7);
              for (int batch = 0; batch < 4_000; batch++) {
                table.append(rows(random, batch / 500, 5, 1 + random.nextInt(200)));
                table.publish();
              }
              done.set(true);
            });
    AtomicReference<Throwable> failure = new AtomicReference<>();
    Thread keeper = new Thread(() -> catchUpUntil(done, table), "keeper");
    Thread other = new Thread(() -> lookUntil(done, table), "other");
    other.setUncaughtExceptionHandler((thread, e) -> failure.set(e));
    writer.start();
    keeper.start();
    other.start();
    lookUntil(done, table);
    writer.join();
    keeper.join();
    other.join();
    assertThat(failure.get()).isNull();
    assertIndexIsTrue(table.snapshot());
  }

  private static void catchUpUntil(AtomicBoolean done, GrowingTable table) {
    while (!done.get()) {
      table.catchUp(Thread::yield);
    }
  }

  /** Looks at new snapshots, and now and then at one that it has kept for a while. */
  private static void lookUntil(AtomicBoolean done, GrowingTable table) {
    Table kept = table.snapshot();
    for (int looks = 0; !done.get() || looks == 0; looks++) {
      if (looks % 3 == 0) {
        assertIndexIsTrue(kept);
        kept = table.snapshot();
      }
      assertIndexIsTrue(table.snapshot());
    }
  }

  private static GrowingTable readings() {
    return readings(Retention.ALL);
  }

  private static GrowingTable readings(Retention retention) {
    List<String> names = new ArrayList<>(List.of("time", "sym"));
    List<QType> types = new ArrayList<>(List.of(QType.TIMESTAMP, QType.SYMBOL));
    for (int channel = 0; channel < 8; channel++) {
      names.add("ch" + channel);
      types.add(QType.FLOAT);
    }
    return new GrowingTable(names, types, retention);
  }

  private static Table readingRows(Random random, int names, int count) {
    int[] codes = random.ints(count, 0, names).toArray();
    String[] domain = new String[names];
    for (int i = 0; i < names; i++) {
      domain[i] = "s" + i;
    }
    List<tickwatch.ipc.value.Vector> columns = new ArrayList<>();
    columns.add(LongVector.of(QType.TIMESTAMP, new long[count]));
    columns.add(SymbolVector.ofCodes(domain, names, true, IntVector.of(QType.INT, codes)));
    for (int channel = 0; channel < 8; channel++) {
      columns.add(FloatVector.of(QType.FLOAT, new double[count]));
    }
    List<String> columnNames = new ArrayList<>(List.of("time", "sym"));
    for (int channel = 0; channel < 8; channel++) {
      columnNames.add("ch" + channel);
    }
    return new Table(columnNames, columns);
  }
}
