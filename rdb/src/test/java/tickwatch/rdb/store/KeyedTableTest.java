package tickwatch.rdb.store;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import org.junit.jupiter.api.Test;
import tickwatch.ipc.value.Dictionary;
import tickwatch.ipc.value.FloatVector;
import tickwatch.ipc.value.LongVector;
import tickwatch.ipc.value.QType;
import tickwatch.ipc.value.SymbolVector;
import tickwatch.ipc.value.Table;

final class KeyedTableTest {
  private static final List<String> NAMES = List.of("sym", "venue", "price");
  private static final List<QType> TYPES = List.of(QType.SYMBOL, QType.LONG, QType.FLOAT);

  @Test
  void aRowTakesThePlaceOfTheOneWithItsKey() {
    KeyedTable table = new KeyedTable(NAMES, TYPES, 1);
    table.append(rows(new String[] {"a", "b", "a"}, new long[] {1, 2, 3}, 10, 20, 30));
    table.publish();
    Dictionary before = (Dictionary) table.snapshot();
    table.append(rows(new String[] {"c", "b"}, new long[] {4, 5}, 40, 50));
    table.publish();

    assertThat(before.keys())
        .isEqualTo(new Table(List.of("sym"), List.of(SymbolVector.of("a", "b"))));
    assertThat(before.values())
        .isEqualTo(
            new Table(
                List.of("venue", "price"),
                List.of(LongVector.of(QType.LONG, 3, 2), FloatVector.of(QType.FLOAT, 30, 20))));
    Dictionary after = (Dictionary) table.snapshot();
    assertThat(after.keys())
        .isEqualTo(new Table(List.of("sym"), List.of(SymbolVector.of("a", "b", "c"))));
    assertThat(((Table) after.values()).column("price"))
        .isEqualTo(FloatVector.of(QType.FLOAT, 30, 50, 40));
    assertThat(table.rowCount()).isEqualTo(3);
    assertThat(table.rowsTaken()).isEqualTo(5);
  }

  @Test
  void agreesWithAMapWhileMostRowsDie() {
    KeyedTable table = new KeyedTable(NAMES, TYPES, 2);
    Map<String, Double> oracle = new LinkedHashMap<>();
    Random random = new Random(1);
    for (int batch = 0; batch < 300; batch++) {
      int count = 1_000;
      String[] syms = new String[count];
      long[] venues = new long[count];
      double[] prices = new double[count];
      for (int i = 0; i < count; i++) {
        syms[i] = "s" + random.nextInt(50);
        venues[i] = random.nextInt(20);
        prices[i] = random.nextDouble();
        oracle.put(syms[i] + " " + venues[i], prices[i]);
      }
      table.append(rows(syms, venues, prices));
      table.publish();
    }

    Dictionary keyed = (Dictionary) table.snapshot();
    Map<String, Double> found = new LinkedHashMap<>();
    SymbolVector syms = (SymbolVector) ((Table) keyed.keys()).columns().get(0);
    LongVector venues = (LongVector) ((Table) keyed.keys()).columns().get(1);
    FloatVector prices = (FloatVector) ((Table) keyed.values()).columns().get(0);
    for (int i = 0; i < keyed.count(); i++) {
      found.put(syms.get(i) + " " + venues.get(i), prices.get(i));
    }
    assertThat(found).isEqualTo(oracle);
    assertThat(found.keySet()).containsExactlyElementsOf(oracle.keySet());
    // 1,000 keys; without compaction 300,000 rows of 20 bytes would be held.
    assertThat(table.allocatedBytes()).isLessThan(3L * 65_536 * 20);
  }

  @Test
  void aClearedTableForgetsItsKeys() {
    KeyedTable table = new KeyedTable(NAMES, TYPES, 1);
    table.append(rows(new String[] {"a"}, new long[] {1}, 10));
    table.publish();

    table.clear();
    table.append(rows(new String[] {"b"}, new long[] {2}, 20));
    table.publish();

    assertThat(((Dictionary) table.snapshot()).keys())
        .isEqualTo(new Table(List.of("sym"), List.of(SymbolVector.of("b"))));
  }

  @Test
  void aKeyOfAllColumnsIsRefused() {
    assertThatThrownBy(() -> new KeyedTable(NAMES, TYPES, 3))
        .isInstanceOf(StoreException.class)
        .hasMessage("3 key columns of 3 (expected: fewer, and at least 1)");
  }

  private static Table rows(String[] syms, long[] venues, double... prices) {
    return new Table(
        NAMES,
        List.of(
            SymbolVector.of(syms),
            LongVector.of(QType.LONG, venues),
            FloatVector.of(QType.FLOAT, prices)));
  }
}
